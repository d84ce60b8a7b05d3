/// How raw planes are mixed into red, green and blue, so that the optimiser moves along directions in which the colours
/// of natural images vary independently.
public enum ColorDecorrelation: String, Sendable, CaseIterable {
    /// ImageNet's for three channels, none otherwise.
    case automatic = "auto"
    /// The square root of the covariance of ImageNet's colours; three channels only.
    case imageNet = "imagenet"
    /// Each plane is a colour by itself.
    case none

    /// Row-major `[channels, channels]`, or `nil` for the identity: rgb = matrix · raw at every pixel.
    func matrix(channels: Int) -> [Float]? {
        switch self {
        case .none: nil
        case .automatic: channels == 3 ? Self.imageNetMatrix : nil
        case .imageNet: Self.imageNetMatrix
        }
    }

    /// Square root of the colour covariance over its largest column norm, as in lucid.
    package static let imageNetMatrix: [Float] = {
        let root: [Double] = [0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03]
        let norms = (0..<3).map { column in
            (0..<3).reduce(0) { $0 + root[$1 * 3 + column] * root[$1 * 3 + column] }.squareRoot()
        }
        return root.map { Float($0 / norms.max()!) }
    }()
}
