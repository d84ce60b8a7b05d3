import CHDF5

/// How a new dataset lies in its file. Says nothing about its values: digests do not see it.
public struct HDF5Layout: Sendable, Equatable {
    /// Lengths of a chunk, one per axis; `nil` chooses whole rows, as many as make about 1 MiB, and none at all for
    /// small datasets of fixed shape.
    public var chunk: [Int]?

    /// Gzip level 0...9; `nil` stores values as they are.
    public var gzip: Int?

    /// Whether bytes of equal weight are put together before compression.
    public var isShuffled: Bool

    /// Whether the first axis may grow.
    public var isExtensible: Bool

    /// Whether all space is set aside when the dataset is made, not for datasets that grow, are packed or hold text.
    /// Writing values then changes nothing else in the file: closed once after its datasets were made, it stays readable
    /// whenever a process that fills it is killed.
    public var isAllocatedEarly: Bool

    public init(
        chunk: [Int]? = nil, gzip: Int? = nil, isShuffled: Bool = false, isExtensible: Bool = false,
        isAllocatedEarly: Bool = false
    ) {
        precondition(
            !isAllocatedEarly || (gzip == nil && !isShuffled && !isExtensible), "the space to set aside is not known")
        precondition(gzip.map { (0...9).contains($0) } ?? true, "gzip level \(gzip!) is outside 0...9")
        self.chunk = chunk
        self.gzip = gzip
        self.isShuffled = isShuffled
        self.isExtensible = isExtensible
        self.isAllocatedEarly = isAllocatedEarly
    }

    /// The chunk shape to use, `nil` for values in one piece.
    func resolvedChunk(shape: [Int], elementBytes: Int) -> [Int]? {
        if let chunk { return chunk }
        let rowBytes = max(shape.dropFirst().reduce(elementBytes) { $0.saturatingProduct(with: $1) }, 1)
        let isPlain = gzip == nil && !isShuffled && !isExtensible
        guard let rows = shape.first, !shape.contains(0) || isExtensible else { return nil }
        if isPlain && rows.saturatingProduct(with: rowBytes) <= Self.smallBytes { return nil }
        let wanted = max(Self.chunkBytes / rowBytes, 1)
        return [isExtensible ? wanted : min(wanted, rows)] + shape.dropFirst()
    }

    private static let chunkBytes = 1 << 20
    private static let smallBytes = 1 << 16
}
