/// The names in a group and the object headers they lead to.
///
/// Symbol tables (what h5py and Keras write), links in the header and links in a heap, as newer files have them.
struct HDF5Group {
    /// In the order of the file.
    private(set) var links: [(name: String, link: HDF5Link)] = []

    private let file: HDF5Superblock
    /// Bytes of entries and names, which do not overlap in an honest file.
    private var bytesLeft: Int

    /// Whether an object is a group.
    static func isGroup(_ header: HDF5ObjectHeader) -> Bool {
        header.messages.contains {
            [HDF5Message.symbolTable, HDF5Message.linkInfo, HDF5Message.link].contains($0.kind)
        }
    }

    init(_ header: HDF5ObjectHeader, in file: HDF5Superblock) throws(ForeignFileError) {
        self.file = file
        bytesLeft = file.bytes.count
        for message in header.messages {
            switch message.kind {
            case HDF5Message.symbolTable: try readSymbolTable(message.body)
            case HDF5Message.link: try readLink(message.body)
            case HDF5Message.linkInfo: try readHeap(message.body)
            default: break
            }
        }
    }

    // MARK: - Symbol tables

    private mutating func readSymbolTable(_ body: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, file.widths)
        guard let tree = try cursor.address(), let heap = try cursor.address() else {
            throw body.error(at: 0, "a group without its table of names")
        }
        var heapCursor = HDF5Cursor(file.bytes, file.widths, at: heap)
        try heapCursor.expect("HEAP", "a local heap")
        heapCursor.skip(4)
        let size = try heapCursor.length()
        _ = try heapCursor.length()
        guard let data = try heapCursor.address() else { throw file.bytes.error(at: heap, "a local heap without data") }
        let names = try file.bytes.part(at: data, count: size, "a local heap")
        try HDF5Tree.leaves(of: tree, kind: 0, in: file) { (node, _) throws(ForeignFileError) in
            try readNode(node, names)
        }
    }

    private mutating func readNode(_ address: Int, _ names: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(file.bytes, file.widths, at: address)
        try cursor.expect("SNOD", "a node of a symbol table")
        cursor.skip(2)
        for _ in 0..<(try cursor.short()) {
            let place = try cursor.number(width: file.widths.address)
            let header = try cursor.address()
            let cacheKind = try cursor.word()
            cursor.skip(4)
            let target = try cursor.word()
            cursor.skip(12)
            let name = try text(at: place, of: names)
            if cacheKind == 2 {
                try add(name, .soft(try text(at: target, of: names)), at: address)
            } else if let header {
                try add(name, .object(header), at: address)
            }
        }
    }

    private func text(at place: Int, of names: ForeignBytes) throws(ForeignFileError) -> String {
        try names.part(at: place, count: max(0, names.count - place), "a name").textToZero
    }

    // MARK: - Links

    private mutating func readLink(_ body: ForeignBytes) throws(ForeignFileError) {
        let (name, link) = try HDF5Link.read(body, file.widths)
        try add(name, link, at: body.range.lowerBound)
    }

    /// Links of a group of many are in a fractal heap, and a B-tree lists them by a hash of their names.
    private mutating func readHeap(_ body: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, file.widths, at: 1)
        let flags = try cursor.byte()
        cursor.skip(flags & 1 != 0 ? 8 : 0)
        guard let address = try cursor.address(), let names = try cursor.address() else { return }
        let heap = try HDF5FractalHeap(at: address, in: file)
        try HDF5Tree2.records(at: names, kind: 5, in: file) { record throws(ForeignFileError) in
            // Hash, then the identifier.
            try readLink(heap.object(try record.part(at: 4, count: record.count - 4, "an identifier")))
        }
    }

    private mutating func add(_ name: String, _ link: HDF5Link, at offset: Int) throws(ForeignFileError) {
        bytesLeft -= 8 + name.utf8.count
        guard bytesLeft >= 0 else { throw file.bytes.error(at: offset, "a group of more names than the file can hold") }
        links.append((name, link))
    }
}
