public import Tensors

extension Image {
    /// A picture from `[channels, height, width]` values in [0, 1], with 1, 3 or 4 channels.
    ///
    /// Values are multiplied by 255 and rounded, halves away from zero; what lies outside is clamped, NaN becomes 0.
    /// - Complexity: O(elements)
    public init(_ tensor: Tensor) {
        precondition(
            tensor.rank == 3 && [1, 3, 4].contains(tensor.shape[0]),
            "a picture needs the shape [1, 3 or 4 channels, height, width], not \(tensor.shape)")
        let (channels, height, width) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
        let plane = height * width
        self.init(width: width, height: height, channels: channels) { target in
            tensor.withUnsafeBufferPointer { source in
                for channel in 0..<channels {
                    for index in 0..<plane {
                        target[index * channels + channel] = Self.sample(source[channel * plane + index])
                    }
                }
            }
        }
    }

    /// The picture as `[channels, height, width]` values in [0, 1]: each sample divided by 255.
    /// - Complexity: O(samples)
    public func tensor() -> Tensor {
        let plane = height * width
        return Tensor(uninitialized: [channels, height, width]) { target in
            pixels.withUnsafeBufferPointer { source in
                for channel in 0..<channels {
                    for index in 0..<plane {
                        target[channel * plane + index] = Float(source[index * channels + channel]) / 255
                    }
                }
            }
        }
    }

    /// The nearest 8-bit sample of a value in [0, 1].
    static func sample(_ value: Float) -> UInt8 {
        // Comparisons with NaN are false, so it ends as 0. Adding a half and cutting rounds halves up.
        guard value > 0 else { return 0 }
        return value >= 1 ? 255 : UInt8(value * 255 + 0.5)
    }
}
