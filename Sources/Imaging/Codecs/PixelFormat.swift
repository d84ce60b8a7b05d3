/// The channels a decoded picture shall have.
public enum PixelFormat: Sendable {
    /// Gray as it is in the file where the file is gray, else by Pillow's (ITU-R 601-2) weights.
    case gray
    /// Three channels; gray is repeated.
    case rgb
    /// Four channels; opaque where the file knows no transparency.
    case rgba
    /// One channel for gray files, three for all others.
    case native
}

extension Image {
    /// The same picture with one channel, by Pillow's integer weights; alpha is dropped.
    /// - Complexity: O(samples)
    public func convertedToGray() -> Image {
        guard channels > 1 else { return self }
        return mappingPixels(to: 1) { source, target in
            let weighted = 19595 * UInt32(source[0]) + 38470 * UInt32(source[1]) + 7471 * UInt32(source[2])
            target[0] = UInt8(truncatingIfNeeded: (weighted + 0x8000) >> 16)
        }
    }

    /// The same picture with three channels: gray repeated, alpha dropped (not blended with anything).
    /// - Complexity: O(samples)
    public func convertedToRGB() -> Image {
        guard channels != 3 else { return self }
        let step = channels == 1 ? 0 : 1
        return mappingPixels(to: 3) { source, target in
            for channel in 0..<3 { target[channel] = source[channel * step] }
        }
    }

    /// The same picture with four channels; opaque where it had no alpha.
    func convertedToRGBA() -> Image {
        guard channels != 4 else { return self }
        let step = channels == 1 ? 0 : 1
        return mappingPixels(to: 4) { source, target in
            for channel in 0..<3 { target[channel] = source[channel * step] }
            target[3] = 255
        }
    }

    private func mappingPixels(
        to newChannels: Int, _ convert: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) -> Image {
        Image(width: width, height: height, channels: newChannels) { target in
            pixels.withUnsafeBufferPointer { source in
                for index in 0..<width * height {
                    convert(source.baseAddress! + index * channels, target.baseAddress! + index * newChannels)
                }
            }
        }
    }
}
