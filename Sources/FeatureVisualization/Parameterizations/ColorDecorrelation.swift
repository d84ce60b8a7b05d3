/// How raw planes are mixed into red, green and blue, so that the optimizer moves along directions in which the colours
/// of natural images vary independently.
public enum ColorDecorrelation: Sendable, Hashable {
    /// ImageNet's for three channels, none otherwise.
    case automatic
    /// The square root of the covariance of ImageNet's colours; three channels only.
    case imageNet
    /// The square root of the covariance of some images' colours.
    case measured(ColorCovariance)
    /// Each plane is a colour by itself.
    case none

    /// Row-major `[channels, channels]`, or `nil` for the identity: rgb = matrix · raw at every pixel.
    func matrix(channels: Int) -> [Float]? {
        switch self {
        case .none: nil
        case .automatic: channels == 3 ? Self.imageNetMatrix : nil
        case .imageNet: Self.imageNetMatrix
        case .measured(let covariance): covariance.decorrelation
        }
    }

    /// Square root of the colour covariance over its largest column norm, as in lucid.
    package static let imageNetMatrix = scaled([0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03], channels: 3)

    /// A square matrix over the largest norm of its columns.
    static func scaled(_ root: [Double], channels: Int) -> [Float] {
        let norms = (0..<channels).map { column in
            (0..<channels).reduce(0) { $0 + root[$1 * channels + column] * root[$1 * channels + column] }.squareRoot()
        }
        return root.map { Float($0 / norms.max()!) }
    }
}
