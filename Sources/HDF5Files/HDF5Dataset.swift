import CHDF5

/// A dataset of an open file: a box of equal elements, row-major, the first axis the slowest.
public struct HDF5Dataset: Sendable {
    /// The file that holds it.
    public let file: HDF5File

    /// Its path, from `/`.
    public let path: String

    /// Lengths of its axes when it was opened or created, as the file claims them; empty for a single value.
    public let shape: [Int]

    /// Whether the first axis may grow.
    public let isExtensible: Bool

    /// The element type, if it is one that this program writes.
    public var elementType: HDF5ElementType? { type.elementType }

    /// The element type in words: `float32`, `int16 (big-endian)`, `compound of index: int32`.
    public var typeName: String { type.words }

    /// Lengths of a chunk, or `nil` where the values lie in one piece.
    public let chunk: [Int]?

    /// What values pass through on their way to the disk, in order: `shuffle`, `gzip 6`.
    public let filters: [String]

    let handle: Handle
    let type: StoredType
    let isNull: Bool

    /// Number of rows: the length of the first axis, 1 for a single value.
    public var rowCount: Int { isNull ? 0 : shape.first ?? 1 }

    var place: Place { file.place(path) }

    /// Elements in one row; saturates.
    var rowElements: Int { shape.dropFirst().map { $0 }.saturatingProduct }

    init(file: HDF5File, path: String, handle: Handle) throws {
        self.file = file
        self.path = path
        self.handle = handle
        let place = file.place(path)
        let storage = try StoredLayout(dataset: handle, place)
        chunk = storage.chunk
        filters = storage.filters
        let space = try place.own(H5Dget_space(handle.id), "read the shape")
        let extent = try StoredShape(space: space, place)
        shape = extent.lengths
        isExtensible = extent.isExtensible && storage.chunk != nil
        isNull = extent.isNull
        type = StoredType(try place.own(H5Dget_type(handle.id), "read the element type"))
        try storage.checkSize(
            of: handle, neededBytes: extent.elementCount.saturatingProduct(with: type.byteCount), place)
    }
}

extension HDF5File {
    /// Opens a dataset.
    /// - Throws: `HDF5Error`: missing, not a dataset, damaged, or with values in another file.
    public func dataset(_ path: String) throws -> HDF5Dataset {
        try Library.call {
            let path = ObjectPath.normalized(path)
            let cacheBytes = try preparation(of: path)
            let place = place(path)
            let access = try Links.access(place, CHDF5_dataset_access_class())
            try DatasetCache.apply(bytes: cacheBytes, to: access, place)
            let handle = try place.own(H5Dopen2(handle.id, path, access.id), "open the dataset")
            return try HDF5Dataset(file: self, path: path, handle: handle)
        }
    }

    /// Looks at a dataset before it is opened for good: that it is one, that its values lie in this file, and how large
    /// a cache its chunks need.
    private func preparation(of path: String) throws -> Int {
        let object = try open(path)
        guard H5Iget_type(object.id) == H5I_DATASET else {
            throw place(path).error(.wrongKind(found: Self.kind(of: object), expected: "a dataset"))
        }
        let storage = try StoredLayout(dataset: object, place(path))
        guard storage.chunk != nil, !storage.filters.isEmpty else { return 0 }
        let type = StoredType(try place(path).own(H5Dget_type(object.id), "read the element type"))
        return DatasetCache.bytes(chunkBytes: storage.chunkBytes(elementBytes: type.byteCount))
    }
}

/// How much of a dataset libhdf5 keeps in memory.
///
/// Without filters nothing: chunks then go between the caller's memory and the file directly, in the order of the calls.
/// With filters a few chunks, so that a chunk that is read or written in parts is not unpacked for each.
enum DatasetCache {
    static func bytes(chunkBytes: Int) -> Int { min(max(chunkBytes.saturatingProduct(with: 2), 1 << 20), 1 << 28) }

    static func apply(bytes: Int, to access: Handle, _ place: Place) throws {
        // One slot: a chunk leaves when the next one comes, so chunks reach the file in order, whatever the block size.
        try place.check(H5Pset_chunk_cache(access.id, 1, bytes, 1), "set the chunk cache")
    }
}
