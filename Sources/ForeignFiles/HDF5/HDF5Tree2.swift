/// B-trees of version 2, which list the links and attributes that are in heaps (specification, section III.A.2).
enum HDF5Tree2 {
    /// Visits the records in order.
    ///
    /// - Parameter kind: 5 for links by name, 8 for attributes by name.
    static func records(
        at address: Int, kind: Int, in file: HDF5Superblock,
        _ visit: (_ record: ForeignBytes) throws(ForeignFileError) -> Void
    ) throws(ForeignFileError) {
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        try cursor.expect("BTHD", "a B-tree")
        cursor.skip(1)
        guard try cursor.byte() == kind else { throw file.bytes.error(at: address, "a B-tree of another kind") }
        let nodeSize = try cursor.word()
        let recordSize = try cursor.short()
        let depth = try cursor.short()
        // When to split and to merge.
        cursor.skip(2)
        guard let root = try cursor.address() else { return }
        let count = try cursor.short()
        guard let levels = Levels(nodeSize: nodeSize, recordSize: recordSize, depth: depth, file) else {
            throw file.bytes.error(at: address, "a B-tree of \(depth) levels with nodes of \(nodeSize) bytes")
        }
        // Nodes of an honest file do not overlap, so this ends also where a tree bites its tail.
        var bytesLeft = file.bytes.count
        var open = [Step.node(address: root, count: count, depth: depth)]
        while let step = open.popLast() {
            guard case .node(let address, let count, let depth) = step else {
                if case .record(let record) = step { try visit(record) }
                continue
            }
            var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
            try cursor.expect(depth == 0 ? "BTLF" : "BTIN", "a node of a B-tree")
            cursor.skip(2)
            let size = count.multipliedReportingOverflow(by: recordSize)
            bytesLeft -= 10
            guard !size.overflow, size.partialValue <= bytesLeft else {
                throw file.bytes.error(at: address, "a B-tree that meets itself")
            }
            bytesLeft -= size.partialValue
            var records: [ForeignBytes] = []
            for _ in 0..<count { records.append(try cursor.part(recordSize, "a record of a B-tree")) }
            var children: [Step] = []
            for _ in 0...count where depth > 0 {
                guard let child = try cursor.address() else {
                    throw file.bytes.error(at: cursor.offset, "a B-tree that leads nowhere")
                }
                children.append(
                    .node(address: child, count: try cursor.number(width: levels.countWidth), depth: depth - 1))
                cursor.skip(levels.totalWidths[depth - 1])
            }
            // Each child before the record that is larger; the next step stands last.
            for position in (0...count).reversed() {
                if position < count { open.append(.record(records[position])) }
                if depth > 0 { open.append(children[position]) }
            }
        }
    }

    private enum Step {
        case node(address: Int, count: Int, depth: Int)
        case record(ForeignBytes)
    }

    /// How wide the numbers in nodes are, which follows from how much fits into one.
    private struct Levels {
        /// Bytes of the count of records in a child.
        let countWidth: Int
        /// Bytes of the count of all records below a child, by the child's height; none for leaves.
        private(set) var totalWidths = [0]

        /// `nil` for what cannot be.
        init?(nodeSize: Int, recordSize: Int, depth: Int, _ file: HDF5Superblock) {
            // Signature, version, kind and checksum.
            let head = 10
            guard recordSize > 0, depth < 16, nodeSize >= head + recordSize else { return nil }
            var most = (nodeSize - head) / recordSize
            countWidth = Self.width(most)
            for height in 0..<depth {
                let pointer = file.widths.address + countWidth + totalWidths[height]
                guard nodeSize >= head + pointer + recordSize + pointer else { return nil }
                let records = (nodeSize - head - pointer) / (recordSize + pointer)
                let total = (records + 1).multipliedReportingOverflow(by: most)
                guard !total.overflow, total.partialValue < Int.max - records else { return nil }
                most = total.partialValue + records
                totalWidths.append(Self.width(most))
            }
        }

        /// Bytes that numbers up to a limit need.
        private static func width(_ limit: Int) -> Int { (Int.bitWidth - limit.leadingZeroBitCount - 1) / 8 + 1 }
    }
}
