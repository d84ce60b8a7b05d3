/// B-trees of version 1, over the nodes of groups and over the chunks of data sets (specification, section III.A.1).
enum HDF5Tree {
    /// Visits what the leaves point to, in order, with the key before each.
    ///
    /// Nodes of an honest file do not overlap: a tree with more entries than fit in the file ends with an error, and so
    /// does one that bites its tail.
    ///
    /// - Parameters:
    ///   - kind: 0 for groups, 1 for chunks.
    ///   - rank: of a chunk's key, with the axis of the element's bytes; 0 for groups.
    static func leaves(
        of root: Int, kind: Int, rank: Int = 0, in file: HDF5Superblock,
        _ visit: (_ child: Int, _ key: ForeignBytes) throws(ForeignFileError) -> Void
    ) throws(ForeignFileError) {
        let keySize = kind == 0 ? file.widths.length : 8 + 8 * rank
        var open = [root]
        var entriesLeft = file.bytes.count / (keySize + file.widths.address)
        while let address = open.popLast() {
            var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
            try cursor.expect("TREE", "a B-tree")
            guard try cursor.byte() == kind else { throw file.bytes.error(at: address, "a B-tree of another kind") }
            let level = try cursor.byte()
            let count = try cursor.short()
            entriesLeft -= max(count, 1)
            guard entriesLeft >= 0 else { throw file.bytes.error(at: address, "a B-tree that meets itself") }
            for _ in 0..<2 { _ = try cursor.address() }
            var children: [Int] = []
            for _ in 0..<count {
                let key = try cursor.part(keySize, "a key of a B-tree")
                guard let child = try cursor.address() else {
                    throw file.bytes.error(at: cursor.offset, "a B-tree that leads nowhere")
                }
                if level == 0 { try visit(child, key) } else { children.append(child) }
            }
            open += children.reversed()
        }
    }
}
