import CHDF5
public import Tensors

extension HDF5Dataset {
    /// Reads all values, or those of some rows, in row-major order.
    /// - Parameter limit: bytes that the result may take.
    /// - Throws: `HDF5Error`, before anything is allocated when the rows do not exist or take more than `limit`.
    public func read<Number: HDF5Number>(
        _: Number.Type = Number.self, rows: Range<Int>? = nil, limit: Int = HDF5File.defaultReadLimit
    ) throws -> [Number] {
        let rows = rows ?? 0..<rowCount
        let count = try admit(rows, elementBytes: MemoryLayout<Number>.stride, limit: limit)
        return try [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(rows: rows, into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
            initialized = count
        }
    }

    /// Reads all values, or those of some rows, as a tensor of the dataset's shape (`[rows, …]`).
    /// - Throws: `HDF5Error`, as `read` does.
    public func readTensor(rows: Range<Int>? = nil, limit: Int = HDF5File.defaultReadLimit) throws -> Tensor {
        let wanted = rows ?? 0..<rowCount
        _ = try admit(wanted, elementBytes: MemoryLayout<Float>.stride, limit: limit)
        guard !isNull else {
            throw place.error(.unsupported(what: "holds no value at all", fix: "choose a dataset with values"))
        }
        let shape = self.shape.isEmpty ? [] : [wanted.count] + self.shape.dropFirst()
        return try Tensor(uninitialized: shape) { try read(rows: wanted, into: $0) }
    }

    /// Reads some rows into memory of the caller, which holds exactly their elements.
    /// - Throws: `HDF5Error`.
    public func read<Number: HDF5Number>(rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Number>) throws {
        let count = try admit(rows, elementBytes: MemoryLayout<Number>.stride, limit: .max)
        precondition(buffer.count == count, "\(count) elements into memory for \(buffer.count)")
        guard type.canBeRead(as: Number.elementType) else {
            throw place.error(.wrongType(found: typeName, expected: Number.elementType.rawValue))
        }
        try Library.call {
            if Number.self == Float.self, holdsNativeHalf {
                return try readHalf(
                    rows: rows, into: UnsafeMutableRawBufferPointer(buffer).assumingMemoryBound(to: Float.self))
            }
            try readRaw(rows: rows, as: Number.elementType.memoryType, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Number of elements in rows that exist and may be read, or the reason why not.
    func admit(_ rows: Range<Int>, elementBytes: Int, limit: Int) throws -> Int {
        guard rows.lowerBound >= 0, rows.upperBound <= rowCount else {
            throw place.error(.outside(rows: rows, count: rowCount))
        }
        let count = rows.count.saturatingProduct(with: rowElements)
        let needed = count.saturatingProduct(with: elementBytes)
        guard needed <= limit else { throw place.error(.tooLarge(needed: needed, limit: limit)) }
        if let chunk, !filters.isEmpty, count > 0 {
            // Packed chunks are unpacked whole, however few of their values are wanted.
            let unpacked = chunk.saturatingProduct.saturatingProduct(with: max(type.byteCount, 1))
            let allowed = max(limit, HDF5File.defaultReadLimit)
            guard unpacked <= allowed else { throw place.error(.tooLarge(needed: unpacked, limit: allowed)) }
        }
        return count
    }

    /// Reads rows as any type of the library. The caller is inside `Library.call` and has asked `admit`.
    func readRaw(
        rows: Range<Int>, as memoryType: hid_t, transfer: hid_t = CHDF5_default(),
        into buffer: UnsafeMutableRawBufferPointer
    ) throws {
        guard let base = buffer.baseAddress, buffer.count > 0 else { return }
        // Chunks that were never written may leave the memory as it is; nobody shall see what was there before.
        base.initializeMemory(as: UInt8.self, repeating: 0, count: buffer.count)
        let (fileSpace, memorySpace) = try spaces(rows: rows)
        try place.check(
            H5Dread(handle.id, memoryType, memorySpace.id, fileSpace.id, transfer, base),
            "read rows \(rows.lowerBound)..<\(rows.upperBound)")
    }

    /// The selection of some rows in the file, and a box of the same lengths in memory.
    func spaces(rows: Range<Int>) throws -> (file: Handle, memory: Handle) {
        let fileSpace = try place.own(H5Dget_space(handle.id), "read the shape")
        guard !shape.isEmpty else {
            return (fileSpace, try place.own(H5Screate(H5S_SCALAR), "prepare memory"))
        }
        let start = [hsize_t(rows.lowerBound)] + shape.dropFirst().map { _ in 0 }
        let count = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
        try place.check(
            H5Sselect_hyperslab(fileSpace.id, H5S_SELECT_SET, start, nil, count, nil), "select rows")
        // With as many axes in memory as in the file the library copies runs of values; otherwise one value at a time.
        return (fileSpace, try place.own(H5Screate_simple(Int32(count.count), count, nil), "prepare memory"))
    }
}
