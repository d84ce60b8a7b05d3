import Foundation
public import Tensors

/// A small change of what a unit sees: moved, tilted, turned, mirrored or scaled about the middle of its receptive
/// field.
public struct ImageChange: Sendable, Hashable {
    public enum Family: String, Sendable, CaseIterable {
        /// An eighth of the receptive field to each side.
        case shift
        /// By 15 and 30 degrees to each side.
        case tilt
        /// By 90, 180 and 270 degrees.
        case turn
        /// Left and right exchanged.
        case mirror
        /// To three quarters, and to four thirds.
        case scale
    }

    public let family: Family
    /// `shift up`, `tilt 15°`.
    public let name: String
    /// Rows and columns by which the picture moves, in shares of the receptive field.
    private let shift: [Double]
    /// From the changed picture back to the original, (row, column) about the middle, row-major 2×2.
    private let inverse: [Double]

    private init(_ family: Family, _ name: String, shift: [Double] = [0, 0], inverse: [Double] = [1, 0, 0, 1]) {
        (self.family, self.name, self.shift, self.inverse) = (family, name, shift, inverse)
    }

    public static let all: [ImageChange] =
        [
            ImageChange(.shift, "shift up", shift: [-0.125, 0]), ImageChange(.shift, "shift down", shift: [0.125, 0]),
            ImageChange(.shift, "shift left", shift: [0, -0.125]),
            ImageChange(.shift, "shift right", shift: [0, 0.125]),
        ]
        + [-30, -15, 15, 30].map { rotation(.tilt, $0) } + [90, 180, 270].map { rotation(.turn, $0) }
        + [ImageChange(.mirror, "mirror", inverse: [1, 0, 0, -1])]
        + [(0.75, "¾"), (4.0 / 3, "4⁄3")].map { factor, text in
            ImageChange(.scale, "scale \(text)", inverse: [1 / factor, 0, 0, 1 / factor])
        }

    /// Counterclockwise, in degrees.
    private static func rotation(_ family: Family, _ degrees: Int) -> ImageChange {
        let angle = Double(degrees) * .pi / 180
        // Quarter turns are exact, so that pixels fall on pixels.
        let isQuarter = degrees % 90 == 0
        let (cosine, sine) = isQuarter ? (cos(angle).rounded(), sin(angle).rounded()) : (cos(angle), sin(angle))
        return ImageChange(
            family, "\(family.rawValue) \(degrees)°".replacingOccurrences(of: "-", with: "−"),
            inverse: [cosine, sine, -sine, cosine])
    }

    /// The whole picture changed; bilinear, and the border's pixels go on beyond it.
    /// - Parameters:
    ///   - image: `[channels, height, width]`.
    ///   - middle: row and column about which it is changed; may lie between pixels.
    ///   - span: height and width of the receptive field.
    public func apply(
        to image: Tensor, about middle: [Double], span: [Int], into target: UnsafeMutableBufferPointer<Float>
    ) {
        let (channels, height, width) = (image.shape[0], image.shape[1], image.shape[2])
        // A whole number of pixels, and at least one.
        let moved = (0..<2).map { axis -> Double in
            let pixels = (shift[axis] * Double(span[axis])).rounded()
            return shift[axis] == 0 ? 0 : shift[axis] < 0 ? min(pixels, -1) : max(pixels, 1)
        }
        image.withUnsafeBufferPointer { source in
            for row in 0..<height {
                for column in 0..<width {
                    let (y, x) = (Double(row) - middle[0] - moved[0], Double(column) - middle[1] - moved[1])
                    let sourceRow = min(max(middle[0] + inverse[0] * y + inverse[1] * x, 0), Double(height - 1))
                    let sourceColumn = min(max(middle[1] + inverse[2] * y + inverse[3] * x, 0), Double(width - 1))
                    let (top, left) = (Int(sourceRow), Int(sourceColumn))
                    let (bottom, right) = (min(top + 1, height - 1), min(left + 1, width - 1))
                    let (down, across) = (Float(sourceRow - Double(top)), Float(sourceColumn - Double(left)))
                    for channel in 0..<channels {
                        let plane = channel * height * width
                        let upper =
                            source[plane + top * width + left] * (1 - across)
                            + source[plane + top * width + right] * across
                        let lower =
                            source[plane + bottom * width + left] * (1 - across)
                            + source[plane + bottom * width + right] * across
                        target[plane + row * width + column] = upper * (1 - down) + lower * down
                    }
                }
            }
        }
    }
}
