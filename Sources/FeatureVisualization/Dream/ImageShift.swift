import Tensors

extension Tensor {
    /// An image `[channels, height, width]` moved down and to the right; what leaves on one side comes in on the other.
    func rolled(rows: Int, columns: Int) -> Tensor {
        let (height, width) = (shape[1], shape[2])
        let (down, right) = (Self.remainder(rows, height), Self.remainder(columns, width))
        if down == 0, right == 0 { return self }
        return Tensor(uninitialized: shape) { target in
            withUnsafeBufferPointer { source in
                for row in 0..<shape[0] * height {
                    let (plane, line) = (row / height * height, row % height)
                    let from = row * width
                    let to = (plane + (line + down) % height) * width
                    for column in 0..<width - right { target[to + column + right] = source[from + column] }
                    for column in 0..<right { target[to + column] = source[from + width - right + column] }
                }
            }
        }
    }

    /// An image `[channels, height, width]` in another size, interpolated as ``LinearResampling`` does.
    func resized(to size: [Int]) -> Tensor {
        let old = Array(shape.dropFirst())
        if old == size { return self }
        let resampling = LinearResampling(from: old, to: size)
        var result = Tensor(shape: [shape[0]] + size)
        let (oldCount, newCount) = (old.elementCount, size.elementCount)
        result.withUnsafeMutableBufferPointer { target in
            withUnsafeBufferPointer { source in
                for channel in 0..<shape[0] {
                    resampling.add(
                        UnsafeBufferPointer(rebasing: source[channel * oldCount..<(channel + 1) * oldCount]),
                        to: UnsafeMutableBufferPointer(rebasing: target[channel * newCount..<(channel + 1) * newCount]))
                }
            }
        }
        return result
    }

    private static func remainder(_ number: Int, _ length: Int) -> Int { (number % length + length) % length }
}
