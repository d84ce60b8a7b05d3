public import JSONValues

/// A map as a vector in the order channel, row, column, as `torch.nn.Flatten`; or in the order row, column, channel, as
/// Keras flattens.
///
/// Weights that were trained behind Keras's order are reordered when they are read, so that networks here need that order
/// only where a flattened map is what they give.
public struct Flatten: Layer {
    public static let kind = "flatten"

    public let isChannelsLast: Bool

    public init(isChannelsLast: Bool = false) { self.isChannelsLast = isChannelsLast }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["channels_last"])
        isChannelsLast = try settings.boolean("channels_last", default: false)
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if isChannelsLast { object["channels_last"] = true }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { [inputs[0].reduce(1, *)] }
}

/// The same numbers, in row-major order, as a map of another shape: `torch.nn.Unflatten` behind the batch axis.
public struct Reshape: Layer {
    public static let kind = "reshape"

    /// `[channels, height, width]` of the output.
    public let shape: [Int]

    public init(shape: [Int]) { self.shape = shape }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["channels", "size"])
        shape = [try settings.integer("channels", minimum: 1)] + (try settings.pair("size", default: 1, minimum: 1))
    }

    public var settings: JSONObject {
        var object = JSONObject()
        object["channels"] = .integer(shape[0])
        if shape[1] != 1 || shape[2] != 1 { object["size"] = pairValue(Array(shape[1...])) }
        return object
    }

    /// One output sees one input, but not where that lies.
    public var window: Window? { nil }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0].reduce(1, *) == shape.reduce(1, *) else {
            throw .shapeMismatch(layer: "", expected: "\(shape.reduce(1, *)) numbers", found: inputs[0])
        }
        return shape
    }
}

/// Rows and columns of zeros around a map, as `torch.nn.ZeroPad2d`.
public struct ZeroPadding: Layer {
    public static let kind = "zero_padding"

    /// Rows added above and columns added on the left.
    public let leading: [Int]
    /// Rows added below and columns added on the right.
    public let trailing: [Int]

    public init(leading: [Int], trailing: [Int]) {
        self.leading = leading
        self.trailing = trailing
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["padding"])
        (leading, trailing) = try settings.padding("padding")
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if let padding = paddingValue(leading, trailing) { object["padding"] = padding }
        return object
    }

    public var window: Window? {
        Window(kernel: [1, 1], stride: [1, 1], padding: leading, trailingPadding: trailing)
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0].count == 3 else {
            throw .shapeMismatch(layer: "", expected: "[channels, height, width]", found: inputs[0])
        }
        return [inputs[0][0]] + window!.outputSize(of: Array(inputs[0].dropFirst()))
    }
}

/// Every `stride`-th row and column, with channels of zeros before and behind: the shortcut without weights by which a
/// residual connection meets a map of half the size and more channels.
///
/// Source: He, Zhang, Ren & Sun, "Deep residual learning for image recognition", CVPR 2016, shortcuts of kind A.
public struct IdentityShortcut: Layer {
    public static let kind = "identity_shortcut"

    public let stride: [Int]
    /// Channels of zeros before the input's.
    public let channelsBefore: Int
    /// Channels of zeros behind the input's.
    public let channelsAfter: Int

    public init(stride: [Int], channelsBefore: Int, channelsAfter: Int) {
        self.stride = stride
        self.channelsBefore = channelsBefore
        self.channelsAfter = channelsAfter
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["stride", "channels_before", "channels_after"])
        self.init(
            stride: try settings.pair("stride", default: 1, minimum: 1),
            channelsBefore: try settings.integer("channels_before", default: 0),
            channelsAfter: try settings.integer("channels_after", default: 0))
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if stride != [1, 1] { object["stride"] = pairValue(stride) }
        if channelsBefore != 0 { object["channels_before"] = .integer(channelsBefore) }
        if channelsAfter != 0 { object["channels_after"] = .integer(channelsAfter) }
        return object
    }

    public var window: Window? { Window(kernel: [1, 1], stride: stride, padding: [0, 0]) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0].count == 3 else {
            throw .shapeMismatch(layer: "", expected: "[channels, height, width]", found: inputs[0])
        }
        return [channelsBefore + inputs[0][0] + channelsAfter] + window!.outputSize(of: Array(inputs[0].dropFirst()))
    }
}
