import CHDF5
public import Tensors

extension HDF5File {
    /// Makes a dataset, and the groups above it as far as they do not exist. Its values are zeros until written.
    /// - Parameter shape: lengths of the axes, the first one the number of rows; empty for a single value.
    /// - Throws: `HDF5Error`; `.exists` where something has this path.
    public func createDataset(
        _ path: String, _ type: HDF5ElementType, shape: [Int], layout: HDF5Layout = HDF5Layout()
    ) throws -> HDF5Dataset {
        precondition(isWritable, "\(self.path) is open for reading")
        precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative axis: \(shape)")
        precondition(!layout.isExtensible || !shape.isEmpty, "a single value cannot grow")
        precondition(
            !layout.isExtensible || !shape.dropFirst().contains(0), "rows of no elements cannot grow: \(shape)")
        let chunk = layout.resolvedChunk(shape: shape, elementBytes: type.byteCount)
        precondition(
            chunk.map { $0.count == shape.count && $0.allSatisfy { $0 > 0 } } ?? true,
            "chunk \(chunk!) does not fit shape \(shape)")
        return try Library.call {
            let path = ObjectPath.normalized(path)
            let place = place(path)
            try createGroup(ObjectPath.parent(path))
            guard try place.check(H5Lexists(handle.id, path, CHDF5_default()), "look for the path") == 0 else {
                throw place.error(.exists)
            }
            var largest = shape.map { hsize_t($0) }
            if layout.isExtensible { largest[0] = CHDF5_unlimited() }
            let space =
                shape.isEmpty
                ? try place.own(H5Screate(H5S_SCALAR), "prepare the shape")
                : try place.own(
                    H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, largest), "prepare the shape")
            let creation = try creation(type, shape: shape, chunk: chunk, layout, place)
            let access = try place.own(H5Pcreate(CHDF5_dataset_access_class()), "prepare access")
            if let chunk {
                let chunkBytes = chunk.saturatingProduct.saturatingProduct(with: type.byteCount)
                let isDirect = layout.gzip == nil && !layout.isShuffled && type != .string
                let cache = isDirect ? 0 : DatasetCache.bytes(chunkBytes: chunkBytes)
                try DatasetCache.apply(bytes: cache, to: access, place)
            }
            let fileType = type.fileType()
            let dataset = try place.own(
                H5Dcreate2(handle.id, path, fileType.id, space.id, CHDF5_default(), creation.id, access.id),
                "create the dataset")
            return try HDF5Dataset(file: self, path: path, handle: dataset)
        }
    }

    private func creation(
        _ type: HDF5ElementType, shape: [Int], chunk: [Int]?, _ layout: HDF5Layout, _ place: Place
    ) throws -> Handle {
        let creation = try place.own(H5Pcreate(CHDF5_dataset_create_class()), "prepare the layout")
        try place.check(H5Pset_obj_track_times(creation.id, false), "switch time stamps off")
        if layout.isAllocatedEarly {
            precondition(type != .string, "texts lie where nobody knows in advance")
            try place.check(H5Pset_alloc_time(creation.id, H5D_ALLOC_TIME_EARLY), "set space aside")
            // A new file is zero where nothing was written.
            try place.check(H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER), "switch filling off")
        }
        guard let chunk else { return creation }
        let bytes = chunk.saturatingProduct.saturatingProduct(with: type.byteCount)
        guard bytes < 1 << 32 else {
            throw place.error(
                .unsupported(
                    what: "needs chunks of \(bytes) bytes, and HDF5 ends at 4 GiB", fix: "choose a smaller chunk shape")
            )
        }
        try place.check(
            H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map { hsize_t($0) }), "set the chunk shape")
        if layout.isShuffled { try place.check(H5Pset_shuffle(creation.id), "set the shuffle filter") }
        if let gzip = layout.gzip { try place.check(H5Pset_deflate(creation.id, UInt32(gzip)), "set the gzip filter") }
        if layout.gzip == nil && !layout.isShuffled && type != .string && chunk.dropFirst() == shape.dropFirst() {
            // Rows are contiguous in such chunks: nothing beside them is ever written, and the new file is zero there.
            try place.check(H5Pset_fill_time(creation.id, H5D_FILL_TIME_NEVER), "switch filling off")
        }
        return creation
    }

    /// Makes a dataset of fixed shape that holds a tensor's values, as Float32 or as the type given.
    /// - Throws: `HDF5Error`.
    @discardableResult
    public func write(
        _ tensor: Tensor, to path: String, as type: HDF5ElementType = .float32, layout: HDF5Layout = HDF5Layout()
    ) throws -> HDF5Dataset {
        let dataset = try createDataset(path, type, shape: tensor.shape, layout: layout)
        try tensor.withUnsafeBufferPointer { try dataset.write($0, atRow: 0) }
        return dataset
    }

    /// Makes a dataset of fixed shape that holds numbers in row-major order; without `shape`, one axis.
    /// - Throws: `HDF5Error`.
    @discardableResult
    public func write<Number: HDF5Number>(
        _ numbers: [Number], to path: String, shape: [Int]? = nil, layout: HDF5Layout = HDF5Layout()
    ) throws -> HDF5Dataset {
        let shape = shape ?? [numbers.count]
        precondition(
            shape.elementCount == numbers.count, "\(numbers.count) numbers cannot fill a dataset of shape \(shape)")
        let dataset = try createDataset(path, Number.elementType, shape: shape, layout: layout)
        try numbers.withUnsafeBufferPointer { try dataset.write($0, atRow: 0) }
        return dataset
    }

    /// Makes a dataset of one axis that holds texts.
    /// - Throws: `HDF5Error`; `.unsupported` for texts with zero characters, which HDF5 cannot hold.
    @discardableResult
    public func write(_ texts: [String], to path: String, layout: HDF5Layout = HDF5Layout()) throws -> HDF5Dataset {
        let dataset = try createDataset(path, .string, shape: [texts.count], layout: layout)
        try dataset.write(texts, atRow: 0)
        return dataset
    }
}

extension HDF5Dataset {
    /// Writes whole rows, the first of them `row`, from memory in row-major order.
    ///
    /// `Float` may go to Float16 and Float64 too; every other type to its own only.
    /// - Throws: `HDF5Error`.
    public func write<Number: HDF5Number>(_ numbers: UnsafeBufferPointer<Number>, atRow row: Int) throws {
        try write(numbers, atRow: row) { _ in }
    }

    /// - Parameter stored: sees the bytes that were stored, in order.
    func write<Number: HDF5Number>(
        _ numbers: UnsafeBufferPointer<Number>, atRow row: Int, stored: (UnsafeRawBufferPointer) -> Void
    ) throws {
        let type = Number.elementType
        precondition(
            elementType == type || (type == .float32 && (elementType == .float16 || elementType == .float64)),
            "\(path) holds \(typeName), not \(type.rawValue)")
        let rows = rows(of: numbers.count, at: row)
        try Library.call {
            guard elementType == .float16 else {
                try writeRaw(rows: rows, as: type.memoryType, from: numbers.baseAddress)
                return stored(UnsafeRawBufferPointer(numbers))
            }
            try writeHalf(
                UnsafeRawBufferPointer(numbers).assumingMemoryBound(to: Float.self), rows: rows, stored: stored)
        }
    }

    /// Writes whole rows of texts, the first of them `row`.
    /// - Throws: `HDF5Error`.
    public func write(_ texts: [String], atRow row: Int) throws {
        precondition(elementType == .string, "\(path) holds \(typeName), not string")
        try TextCoding.withPointers(texts, place) { pointers in
            try pointers.withUnsafeBufferPointer { buffer in
                try Library.call {
                    try writeRaw(
                        rows: rows(of: texts.count, at: row), as: type.handle.id, from: buffer.baseAddress)
                }
            }
        }
    }

    private func rows(of count: Int, at row: Int) -> Range<Int> {
        let elements = rowElements
        guard count > 0 else { return row..<row }
        precondition(
            elements > 0 && count % elements == 0, "\(count) elements are no whole rows of shape \(shape.dropFirst())")
        return row..<row + count / elements
    }

    /// Makes the first axis longer. `shape` stays what it was.
    func extend(toRows count: Int) throws {
        let lengths = [hsize_t(count)] + shape.dropFirst().map { hsize_t($0) }
        try Library.call { _ = try place.check(H5Dset_extent(handle.id, lengths), "add rows") }
    }

    /// Writes rows in a type of the library. The caller is inside `Library.call`.
    func writeRaw(rows: Range<Int>, as memoryType: hid_t, from base: UnsafeRawPointer?) throws {
        precondition(file.isWritable, "\(file.path) is open for reading")
        guard let base, !rows.isEmpty else { return }
        let (fileSpace, memorySpace) = try spaces(rows: rows)
        let inside = H5Sselect_valid(fileSpace.id) > 0
        precondition(inside, "rows \(rows) lie outside \(path)")
        try place.check(
            H5Dwrite(handle.id, memoryType, memorySpace.id, fileSpace.id, CHDF5_default(), base),
            "write rows \(rows.lowerBound)..<\(rows.upperBound)")
    }
}
