import Imaging

extension Image {
    /// A picture from the bytes of `[channels, height, width]`.
    init(planes: UnsafeMutableBufferPointer<UInt8>, shape: [Int]) {
        let (channels, plane) = (shape[0], shape[1] * shape[2])
        precondition(planes.count == channels * plane, "\(planes.count) bytes for a picture of shape \(shape)")
        let pixels = [UInt8](unsafeUninitializedCapacity: planes.count) { target, count in
            for channel in 0..<channels {
                for index in 0..<plane { target[index * channels + channel] = planes[channel * plane + index] }
            }
            count = planes.count
        }
        self.init(width: shape[2], height: shape[1], channels: channels, pixels: pixels)
    }

    /// Writes `[channels, height, width]`.
    func writePlanes(into target: UnsafeMutableBufferPointer<UInt8>) {
        precondition(target.count == pixels.count, "\(target.count) bytes for a picture of \(pixels.count)")
        let plane = width * height
        pixels.withUnsafeBufferPointer { source in
            for channel in 0..<channels {
                for index in 0..<plane { target[channel * plane + index] = source[index * channels + channel] }
            }
        }
    }
}
