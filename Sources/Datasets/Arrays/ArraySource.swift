import ForeignFiles

/// Samples that are read from an array when they are asked for.
struct ArraySource: PixelSource {
    let array: any RowArray
    let images: ArrayImages

    /// Row of each sample.
    let rows: [Int]

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        try write(sample, into: target)
    }

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<Float>) throws(DatasetError) {
        try write(sample, into: target)
    }

    private func write(
        _ sample: Int, into target: UnsafeMutableBufferPointer<some PixelValue>
    ) throws(DatasetError) {
        let row = rows[sample]
        try images.write(try array.numbers(row..<row + 1)[...], sample: row, into: target)
    }
}

extension ArrayImages {
    /// Bytes of selected samples that are kept, where reading one sample means decoding others with it.
    private static let keptBytes = 512 << 20

    /// The samples in the given rows of an array.
    func source(_ array: any RowArray, rows: [Int]) throws(DatasetError) -> any PixelSource {
        guard array.rowsPerChunk > 1 else { return ArraySource(array: array, images: self, rows: rows) }
        return switch precision {
        case .byte: try chunkedSource(array, RowOrder(rows), of: UInt8.self)
        case .float: try chunkedSource(array, RowOrder(rows), of: Float.self)
        }
    }

    private func chunkedSource<Value: PixelValue>(
        _ array: any RowArray, _ order: RowOrder, of type: Value.Type
    ) throws(DatasetError) -> any PixelSource {
        guard order.rows.count <= Self.keptBytes / (length * MemoryLayout<Value>.size) else {
            return ChunkedSource<Value>(array, self, order)
        }
        let pixels: [Value] = try pixels(of: array, order.parts(byChunksOf: array.rowsPerChunk), of: order)
        return MemorySource(pixels: pixels, recordLength: length, records: order.places)
    }

    /// Samples one after the other, from chunks that are each decoded once.
    ///
    /// - Parameter parts: places of the rows, those of a chunk together.
    func pixels<Value: PixelValue>(
        of array: any RowArray, _ parts: [Range<Int>], of order: RowOrder
    ) throws(DatasetError) -> [Value] {
        let start = parts[0].lowerBound
        let count = parts[parts.count - 1].upperBound - start
        var pixels = [Value](repeating: Value(intensity: 0), count: count * length)
        try pixels.withUnsafeMutableBufferPointer { pixels throws(DatasetError) in
            for part in parts {
                let first = order.rows[part.lowerBound]
                let numbers = try array.numbers(first..<order.rows[part.upperBound - 1] + 1)
                for place in part {
                    let row = order.rows[place]
                    let target = pixels[(place - start) * length..<(place - start + 1) * length]
                    try write(
                        numbers[(row - first) * length..<(row - first + 1) * length], sample: row,
                        into: UnsafeMutableBufferPointer(rebasing: target))
                }
            }
        }
        return pixels
    }
}

extension RowArray {
    fileprivate func numbers(_ rows: Range<Int>) throws(DatasetError) -> [Float] {
        do throws(ForeignFileError) { return try floats(rows: rows) } catch { throw .foreign(error) }
    }
}
