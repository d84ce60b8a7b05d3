/// Exponentials that sum to one over the channels, as `torch.nn.Softmax(dim=1)`.
public struct Softmax: Layer {
    public static let kind = "softmax"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}

/// The logarithm of softmax, computed without leaving the logarithm, as `torch.nn.LogSoftmax(dim=1)`.
public struct LogSoftmax: Layer {
    public static let kind = "log_softmax"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}
