/// Where the elements of a data set are (specification, section IV.A.2.i).
enum HDF5Layout {
    case compact(ForeignBytes)
    /// `nil` where nothing was written yet.
    case contiguous(address: Int?)
    case chunked(HDF5ChunkIndex.Kind, address: Int?, chunk: [Int])

    init(_ body: ForeignBytes, in file: HDF5Superblock) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, file.widths)
        let version = try cursor.byte()
        switch version {
        case 1, 2: self = try Self.early(&cursor)
        case 3, 4, 5: self = try Self.late(&cursor, version)
        default: throw body.error(at: 0, "version \(version) of a data layout is not known")
        }
    }

    private static func early(_ cursor: inout HDF5Cursor) throws(ForeignFileError) -> HDF5Layout {
        let rank = try cursor.byte()
        let kind = try cursor.byte()
        cursor.skip(5)
        let address = kind == 0 ? nil : try cursor.address()
        var lengths: [Int] = []
        for _ in 0..<rank { lengths.append(try cursor.word()) }
        switch kind {
        case 0: return .compact(try cursor.part(cursor.word(), "compact data"))
        case 1: return .contiguous(address: address)
        case 2: return .chunked(.tree, address: address, chunk: Array(lengths.dropLast()))
        default: throw cursor.bytes.error(at: 2, "data layout \(kind) is not known")
        }
    }

    private static func late(_ cursor: inout HDF5Cursor, _ version: Int) throws(ForeignFileError) -> HDF5Layout {
        let kind = try cursor.byte()
        switch kind {
        case 0: return .compact(try cursor.part(cursor.short(), "compact data"))
        case 1: return .contiguous(address: try cursor.address())
        case 2 where version == 3:
            let rank = try cursor.byte()
            let address = try cursor.address()
            var lengths: [Int] = []
            for _ in 0..<rank { lengths.append(try cursor.word()) }
            return .chunked(.tree, address: address, chunk: Array(lengths.dropLast()))
        case 2: return try chunked(&cursor)
        case 3:
            throw cursor.bytes.error(
                at: 1, "a virtual data set, which this reader does not know", fix: "copy its data into one file")
        default: throw cursor.bytes.error(at: 1, "data layout \(kind) is not known")
        }
    }

    /// Version 4 and 5: one of several indexes.
    private static func chunked(_ cursor: inout HDF5Cursor) throws(ForeignFileError) -> HDF5Layout {
        let flags = try cursor.byte()
        let rank = try cursor.byte()
        let width = try cursor.byte()
        guard (1...8).contains(width) else { throw cursor.bytes.error(at: 4, "chunk lengths of \(width) bytes") }
        var lengths: [Int] = []
        for _ in 0..<rank { lengths.append(try cursor.number(width: width)) }
        let chunk = Array(lengths.dropLast())
        let kind = try cursor.byte()
        switch kind {
        case 1:
            // A filtered single chunk tells its size here.
            var stored: (size: Int, mask: Int)?
            if flags & 2 != 0 { stored = (try cursor.length(), try cursor.word()) }
            return .chunked(
                .single(size: stored?.size, mask: stored?.mask ?? 0), address: try cursor.address(), chunk: chunk)
        case 2: return .chunked(.implicit, address: try cursor.address(), chunk: chunk)
        case 3:
            cursor.skip(1)
            return .chunked(.fixedArray, address: try cursor.address(), chunk: chunk)
        default:
            let name = [4: "an extensible array", 5: "a B-tree of version 2"][kind] ?? "an index of kind \(kind)"
            throw cursor.bytes.error(
                at: cursor.offset - 1, "its chunks are listed in \(name), which this reader does not know",
                fix: "rewrite it without libver='latest', or with h5repack --high=0")
        }
    }
}
