/// A blur over the nearest neighbours: a window of 3×3, 1 in the middle and ½ around it, over the sum of those weights
/// that lie inside the image.
enum SmallBlur {
    /// - Parameter shape: `[channels, height, width]`.
    static func apply(_ image: UnsafeBufferPointer<Float>, shape: [Int]) -> [Float] {
        let (height, width) = (shape[1], shape[2])
        return [Float](unsafeUninitializedCapacity: image.count) { result, count in
            for channel in 0..<shape[0] {
                let plane = channel * height * width
                for row in 0..<height {
                    let rows = max(row - 1, 0)...min(row + 1, height - 1)
                    for column in 0..<width {
                        let columns = max(column - 1, 0)...min(column + 1, width - 1)
                        var sum: Float = 0
                        for y in rows { for x in columns { sum += image[plane + y * width + x] } }
                        let place = plane + row * width + column
                        // All around count half; the middle once more makes it a whole.
                        result[place] = (sum + image[place]) / Float(rows.count * columns.count + 1)
                    }
                }
            }
            count = image.count
        }
    }
}
