public import JSONValues

/// Two-dimensional cross-correlation with a bank of filters, as `torch.nn.Conv2d`.
///
/// Input `[inputChannels, height, width]`, output `[outputChannels, height', width']` with
/// `height' = ⌊(height + padding above and below − dilation·(kernel − 1) − 1) / stride⌋ + 1` and likewise for the width.
/// `weight` is `[outputChannels, inputChannels / groups, kernelHeight, kernelWidth]`.
public struct Convolution: Layer {
    public static let kind = "convolution"

    public let inputChannels: Int
    public let outputChannels: Int
    /// Height and width of a filter.
    public let kernel: [Int]
    public let stride: [Int]
    /// Rows of zeros added above and columns added on the left.
    public let padding: [Int]
    /// Rows of zeros added below and columns added on the right.
    public let trailingPadding: [Int]
    public let dilation: [Int]
    public let groups: Int
    public let hasBias: Bool

    public init(
        inputChannels: Int, outputChannels: Int, kernel: [Int], stride: [Int] = [1, 1], padding: [Int] = [0, 0],
        trailingPadding: [Int]? = nil, dilation: [Int] = [1, 1], groups: Int = 1, hasBias: Bool = true
    ) {
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.trailingPadding = trailingPadding ?? padding
        self.dilation = dilation
        self.groups = groups
        self.hasBias = hasBias
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(
            only: ["in_channels", "out_channels", "kernel", "stride", "padding", "dilation", "groups", "bias"])
        let padding = try settings.padding("padding")
        self.init(
            inputChannels: try settings.integer("in_channels", minimum: 1),
            outputChannels: try settings.integer("out_channels", minimum: 1),
            kernel: try settings.pair("kernel", minimum: 1),
            stride: try settings.pair("stride", default: 1, minimum: 1),
            padding: padding.leading, trailingPadding: padding.trailing,
            dilation: try settings.pair("dilation", default: 1, minimum: 1),
            groups: try settings.integer("groups", default: 1, minimum: 1),
            hasBias: try settings.boolean("bias", default: true))
        guard inputChannels % groups == 0, outputChannels % groups == 0 else {
            throw .wrongSetting(layer: settings.layer, key: "groups", expected: "a divisor of both channel counts")
        }
    }

    public var settings: JSONObject {
        var object = JSONObject()
        object["in_channels"] = .integer(inputChannels)
        object["out_channels"] = .integer(outputChannels)
        object["kernel"] = pairValue(kernel)
        if stride != [1, 1] { object["stride"] = pairValue(stride) }
        if let value = paddingValue(padding, trailingPadding) { object["padding"] = value }
        if dilation != [1, 1] { object["dilation"] = pairValue(dilation) }
        if groups != 1 { object["groups"] = .integer(groups) }
        if !hasBias { object["bias"] = .bool(false) }
        return object
    }

    public var window: Window? {
        Window(
            kernel: kernel, stride: stride, padding: padding, trailingPadding: trailingPadding, dilation: dilation)
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0].count == 3, inputs[0][0] == inputChannels else {
            throw .shapeMismatch(layer: "", expected: "[\(inputChannels), height, width]", found: inputs[0])
        }
        return [outputChannels] + window!.outputSize(of: Array(inputs[0].dropFirst()))
    }

    public var parameters: [ParameterSpecification] {
        // Of a network that a file claims, the product may be too large to count; `Network` refuses it later.
        let fanIn = kernel.reduce(inputChannels / groups) {
            let (product, isTooLarge) = $0.multipliedReportingOverflow(by: $1)
            return isTooLarge ? .max : product
        }
        let weight = ParameterSpecification(
            name: "weight", shape: [outputChannels, inputChannels / groups] + kernel, role: .weight, fanIn: fanIn)
        let bias = ParameterSpecification(name: "bias", shape: [outputChannels], role: .bias, fanIn: fanIn)
        return hasBias ? [weight, bias] : [weight]
    }
}

/// Height and width as one number when they are equal.
func pairValue(_ pair: [Int]) -> JSONValue {
    pair[0] == pair[1] ? .integer(pair[0]) : .array(pair.map { .integer($0) })
}

/// Padding as `LayerSettings.padding` reads it; `nil` for none.
func paddingValue(_ leading: [Int], _ trailing: [Int]) -> JSONValue? {
    guard leading != [0, 0] || trailing != [0, 0] else { return nil }
    return leading == trailing ? pairValue(leading) : .array((leading + trailing).map { .integer($0) })
}
