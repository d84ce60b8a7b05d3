/// Samples of an array that is stored in chunks, too many to be kept: chunks are decoded when they are asked for, and
/// those used last stay.
struct ChunkedSource<Value: PixelValue>: PixelSource {
    private let array: any RowArray
    private let images: ArrayImages
    private let order: RowOrder

    /// By the number of a chunk, which of the ordered rows it has.
    private let parts: [Int: Range<Int>]
    private let cache: ChunkCache<[Value]>

    /// Bytes of decoded chunks that stay.
    private static var cachedBytes: Int { 64 << 20 }

    /// Whatever is not kept costs a look through all that are.
    private static var mostCached: Int { 1024 }

    init(_ array: any RowArray, _ images: ArrayImages, _ order: RowOrder) {
        let rowsPerChunk = array.rowsPerChunk
        self.array = array
        self.images = images
        self.order = order
        parts = Dictionary(
            uniqueKeysWithValues: order.parts(byChunksOf: rowsPerChunk).map {
                (order.rows[$0.lowerBound] / rowsPerChunk, $0)
            })
        let bytes = min(rowsPerChunk, order.rows.count) * images.length * MemoryLayout<Value>.size
        cache = ChunkCache(capacity: min(Self.cachedBytes / bytes, Self.mostCached))
    }

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let (pixels, start) = try pixels(with: sample)
        pixels.copy(from: start, into: target)
    }

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<Float>) throws(DatasetError) {
        let (pixels, start) = try pixels(with: sample)
        pixels.copy(from: start, into: target)
    }

    /// The selected rows of the chunk that a sample is in, and where in them it begins.
    private func pixels(with sample: Int) throws(DatasetError) -> (pixels: [Value], start: Int) {
        let place = order.places[sample]
        let chunk = order.rows[place] / array.rowsPerChunk
        let part = parts[chunk]!
        let pixels = try cache.content(of: chunk) { () throws(DatasetError) -> [Value] in
            try images.pixels(of: array, [part], of: order)
        }
        return (pixels, (place - part.lowerBound) * images.length)
    }
}
