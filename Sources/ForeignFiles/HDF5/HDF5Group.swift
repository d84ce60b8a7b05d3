/// The names in a group and the object headers they lead to.
///
/// Symbol tables (what h5py and Keras write) and links in the header are read; groups whose links are in a fractal heap
/// are refused by name.
struct HDF5Group {
    /// In the order of the file. Soft and external links lead to nothing here.
    private(set) var links: [(name: String, header: Int?)] = []

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
            case HDF5Message.linkInfo: try refuseHeap(message.body)
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
            cursor.skip(4 + 16)
            let name = try names.part(at: place, count: max(0, names.count - place), "a name").textToZero
            try add(name, cacheKind == 2 ? nil : header, at: address)
        }
    }

    // MARK: - Links

    private mutating func readLink(_ body: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, file.widths)
        let version = try cursor.byte()
        guard version == 1 else { throw body.error(at: 0, "version \(version) of a link is not known") }
        let flags = try cursor.byte()
        let kind = flags & 8 != 0 ? try cursor.byte() : 0
        // Order of making, character set.
        cursor.skip((flags & 4 != 0 ? 8 : 0) + (flags & 16 != 0 ? 1 : 0))
        let length = try cursor.number(width: 1 << (flags & 3))
        let name = try cursor.text(length, "the name of a link")
        try add(name, kind == 0 ? cursor.address() : nil, at: body.range.lowerBound)
    }

    private func refuseHeap(_ body: ForeignBytes) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, file.widths, at: 1)
        let flags = try cursor.byte()
        cursor.skip(flags & 1 != 0 ? 8 : 0)
        guard try cursor.address() == nil else {
            throw body.error(
                at: 0, "a group keeps its links in a fractal heap, which this reader does not know",
                fix: "rewrite it without track_order and libver='latest', or with h5repack --high=0")
        }
    }

    private mutating func add(_ name: String, _ header: Int?, at offset: Int) throws(ForeignFileError) {
        bytesLeft -= 8 + name.utf8.count
        guard bytesLeft >= 0 else { throw file.bytes.error(at: offset, "a group of more names than the file can hold") }
        links.append((name, header))
    }
}
