import Tensors

/// A random change that a good image should survive: what excites a unit only at one place and angle is an artefact.
///
/// What comes into view from outside the image is grey, 0.5.
public enum ImageTransform: Sendable, Hashable {
    /// Adds that many grey pixels on each side.
    case pad(Int)
    /// Cuts out a random window that is that many pixels smaller in height and width, at least one pixel.
    case jitter(Int)
    /// Enlarges about the centre by a factor above 0; the size stays.
    case scale(DrawnNumber)
    /// Turns about the centre by an angle in degrees, anticlockwise; the size stays.
    case rotate(DrawnNumber)
    /// Blurs by a Gaussian of that standard deviation in pixels, above 0, cut off beyond three of them.
    case blur(Double)

    /// Lucid's list in measures of the image: at 128 pixels, jitter by 8, scale 0.90…1.10, rotate ±10° (most often not at
    /// all), jitter by 4. The padding makes up for what the jitters cut off.
    /// - Parameter size: the smaller of height and width.
    public static func standard(size: Int) -> [ImageTransform] {
        let (first, second) = (max(1, (size + 8) / 16), max(1, (size + 16) / 32))
        return [
            .pad((first + second + 1) / 2), .jitter(first), .scale(.oneOf(lucidScales)), .rotate(.oneOf(lucidAngles)),
            .jitter(second),
        ]
    }

    /// Lucid's list as it stands there, for images of about 128 pixels.
    public static let lucid: [ImageTransform] = [
        .pad(12), .jitter(8), .scale(.oneOf(lucidScales)), .rotate(.oneOf(lucidAngles)), .jitter(4),
    ]

    private static let lucidScales = (-5...5).map { 1 + Double($0) / 50 }
    private static let lucidAngles = (-10...10).map(Double.init) + [Double](repeating: 0, count: 5)

    /// The change for one look at an image of a size.
    func drawn(_ random: CounterRandom, height: Int, width: Int) -> any DrawnTransform {
        switch self {
        case .pad(let margin):
            return Window(
                input: [height, width], output: [height + 2 * margin, width + 2 * margin], offset: [-margin, -margin])
        case .jitter(let range):
            let cut = [min(range, height - 1), min(range, width - 1)]
            return Window(
                input: [height, width], output: [height - cut[0], width - cut[1]],
                offset: [random.integer(0, below: cut[0] + 1), random.integer(1, below: cut[1] + 1)])
        case .scale(let factors):
            let factor = factors.drawn(random)
            return factor == 1
                ? Window.identity(height, width) : Resampling(height: height, width: width, scale: factor, degrees: 0)
        case .rotate(let angles):
            let angle = angles.drawn(random)
            return angle == 0
                ? Window.identity(height, width) : Resampling(height: height, width: width, scale: 1, degrees: angle)
        case .blur(let deviation): return Blur(height: height, width: width, deviation: deviation)
        }
    }
}

/// A number that is another one at every look.
public enum DrawnNumber: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// One of a list, at least one, each as likely.
    case oneOf([Double])
    /// Anything between two numbers, evenly.
    case within(ClosedRange<Double>)

    public init(arrayLiteral elements: Double...) { self = .oneOf(elements) }

    func drawn(_ random: CounterRandom) -> Double {
        switch self {
        case .oneOf(let numbers): numbers[random.integer(0, below: numbers.count)]
        case .within(let range): range.lowerBound + Double(random.uniform(0)) * (range.upperBound - range.lowerBound)
        }
    }
}

/// What a transform came to at one step: an affine map between images, and the adjoint of its linear part.
protocol DrawnTransform: Sendable {
    /// `[height, width]`.
    var output: [Int] { get }

    /// Writes `[channels] + output` from an image.
    func apply(_ image: UnsafeBufferPointer<Float>, channels: Int, into result: UnsafeMutableBufferPointer<Float>)

    /// Writes ∂/∂image from ∂/∂result.
    func applyAdjoint(
        _ result: UnsafeBufferPointer<Float>, channels: Int, into image: UnsafeMutableBufferPointer<Float>)
}

/// The tone outside of every image.
let outsideTone: Float = 0.5
