import CHDF5

/// Where and how a file keeps the values of a dataset.
struct StoredLayout {
    /// Lengths of a chunk, or `nil` where the values lie in one piece.
    let chunk: [Int]?
    let filters: [String]
    /// Whether the values lie in the header of the dataset.
    let isCompact: Bool

    /// - Throws: `HDF5Error.Problem.elsewhere` where the values lie in other files: those are never opened.
    init(dataset: Handle, _ place: Place) throws {
        let creation = try place.own(H5Dget_create_plist(dataset.id), "read the layout")
        let layout = H5Pget_layout(creation.id)
        if layout == H5D_VIRTUAL { throw place.error(.elsewhere(target: "a virtual dataset")) }
        if try place.check(H5Pget_external_count(creation.id), "read the list of raw files") > 0 {
            throw place.error(.elsewhere(target: "values in raw files"))
        }
        isCompact = layout == H5D_COMPACT
        if layout == H5D_CHUNKED {
            var lengths = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
            let rank = try place.check(H5Pget_chunk(creation.id, H5S_MAX_RANK, &lengths), "read the chunk shape")
            chunk = lengths.prefix(Int(rank)).map { Int(clamping: $0) }
        } else {
            chunk = nil
        }
        let count = try place.check(H5Pget_nfilters(creation.id), "read the filters")
        filters = try (0..<count).map { try Self.filter($0, of: creation, place) }
    }

    /// Bytes of one chunk; saturates.
    func chunkBytes(elementBytes: Int) -> Int {
        (chunk ?? []).saturatingProduct.saturatingProduct(with: elementBytes)
    }

    private static func filter(_ index: Int32, of creation: Handle, _ place: Place) throws -> String {
        var flags: UInt32 = 0
        var values = [UInt32](repeating: 0, count: 8)
        var count = values.count
        var configuration: UInt32 = 0
        let filter = try place.check(
            H5Pget_filter2(creation.id, UInt32(index), &flags, &count, &values, 0, nil, &configuration),
            "read the filters")
        switch filter {
        case H5Z_FILTER_DEFLATE: return "gzip \(values[0])"
        case H5Z_FILTER_SHUFFLE: return "shuffle"
        case H5Z_FILTER_FLETCHER32: return "fletcher32"
        case H5Z_FILTER_SZIP: return "szip"
        case H5Z_FILTER_NBIT: return "nbit"
        case H5Z_FILTER_SCALEOFFSET: return "scale-offset"
        default: return "filter \(filter)"
        }
    }
}
