import Foundation

/// An sRGB colour.
public struct Color: Sendable, Hashable {
    public let red: UInt8
    public let green: UInt8
    public let blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `Color(0xCA0020)`: red, green and blue in hexadecimal, as style sheets write them.
    public init(_ hexadecimal: UInt32) {
        self.init(
            red: UInt8(hexadecimal >> 16 & 255), green: UInt8(hexadecimal >> 8 & 255), blue: UInt8(hexadecimal & 255))
    }

    public static let black = Color(0x000000)
    public static let white = Color(0xFFFFFF)

    /// Relative luminance, 0 (black) to 1 (white), as WCAG 2.1 defines it.
    public var luminance: Double {
        func linear(_ sample: UInt8) -> Double {
            let value = Double(sample) / 255
            return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Black or white, whichever stands out more from this colour.
    public var readableText: Color { luminance > 0.179 ? .black : .white }

    /// The colour at `fraction` (0...1) of the straight way to another, in sRGB.
    func mixed(with other: Color, fraction: Double) -> Color {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8((Double(a) + (Double(b) - Double(a)) * fraction).rounded()) }
        return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }
}
