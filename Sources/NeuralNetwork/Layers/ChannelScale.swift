public import JSONValues

/// A factor and an offset for each channel: `y = x · weight + bias`. A batch normalisation without statistics, as Caffe's
/// scale layers and ONNX's products and sums with constants.
///
/// Input `[channels, height, width]` or `[channels]`, output alike.
public struct ChannelScale: Layer {
    public static let kind = "channel_scale"

    public let channels: Int

    public init(channels: Int) { self.channels = channels }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["channels"])
        channels = try settings.integer("channels", minimum: 1)
    }

    public var settings: JSONObject { ["channels": .integer(channels)] }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard [1, 3].contains(inputs[0].count), inputs[0][0] == channels else {
            throw .shapeMismatch(layer: "", expected: "\(channels) channels", found: inputs[0])
        }
        return inputs[0]
    }

    public var parameters: [ParameterSpecification] {
        [
            ParameterSpecification(name: "weight", shape: [channels], role: .scale),
            ParameterSpecification(name: "bias", shape: [channels], role: .shift),
        ]
    }
}
