/// The positive part of each element, as `torch.nn.ReLU`.
///
/// It never works in place on a value that somebody else reads: an activation tapped before it stays what it was.
public struct ReLU: Layer {
    public static let kind = "relu"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}
