public import Tensors

/// How much the pixels of images have to do with their scores.
public struct Attribution: Sendable {
    /// `[count, channels, height, width]`, or one channel where the method knows no colors.
    public var maps: Tensor
    /// More numbers for each image by name, `[count]`: `completeness_gap`.
    public var numbers: [(name: String, values: [Float])] = []

    public init(maps: Tensor, numbers: [(name: String, values: [Float])] = []) {
        self.maps = maps
        self.numbers = numbers
    }

    /// One image's values summed over channels, `[height, width]`; their absolute values where signs mean nothing.
    public static func summed(_ map: Tensor, isSigned: Bool) -> Tensor {
        let (channels, positions) = (map.shape[0], map.shape[1] * map.shape[2])
        return Tensor(uninitialized: Array(map.shape.dropFirst())) { sums in
            map.withUnsafeBufferPointer { values in
                for position in 0..<positions {
                    var sum: Float = 0
                    for channel in 0..<channels {
                        let value = values[channel * positions + position]
                        sum += isSigned ? value : abs(value)
                    }
                    sums[position] = sum
                }
            }
        }
    }
}
