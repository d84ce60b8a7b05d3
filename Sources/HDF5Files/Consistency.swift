import CHDF5

// What a file says twice must agree: libhdf5 1.10 believes the larger of two sizes and reads past the end of the smaller.

extension StoredLayout {
    /// - Throws: `.inconsistent` where values in one piece take more bytes than the file sets aside for them.
    func checkSize(of dataset: Handle, neededBytes: Int, _ place: Place) throws {
        guard chunk == nil else { return }
        let stored = Int(clamping: H5Dget_storage_size(dataset.id))
        guard stored > 0 || isCompact, stored < neededBytes else { return }
        throw place.error(.inconsistent("its shape needs \(neededBytes) bytes, and \(stored) are set aside"))
    }
}

extension HDF5Dataset {
    /// Chunks looked at one by one; the library's search for each takes time in proportion to their number.
    private static let mostChunksChecked: hsize_t = 10_000

    /// Whether a chunk that is stored unpacked, though its dataset is packed, is shorter than a chunk.
    func hasShortChunks() throws -> Bool {
        guard let chunk, let gzip = filters.firstIndex(where: { $0.hasPrefix("gzip") }) else { return false }
        let chunkBytes = chunk.saturatingProduct.saturatingProduct(with: type.byteCount)
        let space = try place.own(H5Dget_space(handle.id), "read the shape")
        var count: hsize_t = 0
        try place.check(H5Dget_num_chunks(handle.id, space.id, &count), "count the chunks")
        for index in 0..<min(count, Self.mostChunksChecked) {
            var offset = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
            var (skipped, address, bytes): (UInt32, haddr_t, hsize_t) = (0, 0, 0)
            try place.check(
                H5Dget_chunk_info(handle.id, space.id, index, &offset, &skipped, &address, &bytes), "find a chunk")
            if skipped & (1 << UInt32(gzip)) != 0 && Int(clamping: bytes) < chunkBytes { return true }
        }
        return false
    }
}

extension AttributeAccess {
    /// Whether an attribute claims more bytes than the header of its object has, where it must lie.
    func hasImpossibleSizes() throws -> Bool {
        var info = H5O_info_t()
        try place.check(
            H5Oget_info2(object.id, &info, CHDF5_header_info() | CHDF5_metadata_size_info()), "read the object")
        // Many attributes move out of the header together, into a heap that keeps its own books.
        guard info.meta_size.attr.heap_size == 0 else { return false }
        return try names().contains { name in
            let attribute = try place.own(H5Aopen(object.id, name, CHDF5_default()), "open an attribute")
            return H5Aget_storage_size(attribute.id) > info.hdr.space.total
        }
    }
}
