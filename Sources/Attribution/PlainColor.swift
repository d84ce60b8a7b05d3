public import NeuralNetwork

/// The color that stands for "nothing to see": what windows are covered with, and where integration starts.
public enum PlainColor: String, Sendable, CaseIterable {
    /// The model's mean color, which its input contract turns into zeros; black where the contract has no mean.
    case mean
    case black, gray, white

    /// One value for each channel of the image, in [0, 1].
    public func values(of model: Model) -> [Float] {
        let channels = model.network.inputShape[0]
        switch self {
        case .black: return [Float](repeating: 0, count: channels)
        case .gray: return [Float](repeating: 0.5, count: channels)
        case .white: return [Float](repeating: 1, count: channels)
        case .mean:
            let (factor, offset) = model.input.affine(channels: channels)
            return model.input.sourceChannels(channels).map { -offset[$0] / factor[$0] }
        }
    }
}
