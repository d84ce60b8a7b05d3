public import JSONValues

/// The largest element of each window, as `torch.nn.MaxPool2d`. Padding never wins.
public struct MaxPooling: Layer {
    public static let kind = "max_pooling"

    public let pool: Window
    /// Whether a last, incomplete window counts.
    public let ceilingMode: Bool

    public init(
        kernel: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], trailingPadding: [Int]? = nil,
        dilation: [Int] = [1, 1], ceilingMode: Bool = false
    ) {
        pool = Window(
            kernel: kernel, stride: stride ?? kernel, padding: padding, trailingPadding: trailingPadding,
            dilation: dilation)
        self.ceilingMode = ceilingMode
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["kernel", "stride", "padding", "dilation", "ceil_mode"])
        let window = try poolingWindow(settings)
        self.init(
            kernel: window.kernel, stride: window.stride, padding: window.padding,
            trailingPadding: window.trailingPadding,
            dilation: try settings.pair("dilation", default: 1, minimum: 1),
            ceilingMode: try settings.boolean("ceil_mode", default: false))
    }

    public var settings: JSONObject {
        var object = poolingSettings(pool)
        if pool.dilation != [1, 1] { object["dilation"] = pairValue(pool.dilation) }
        if ceilingMode { object["ceil_mode"] = .bool(true) }
        return object
    }

    public var window: Window? { pool }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        try pooledShape(inputs[0], pool, ceilingMode)
    }

    /// Whether windows lie side by side from the first row and column on, and a byte can number their positions.
    var hasSeparateWindows: Bool {
        pool.kernel == pool.stride && pool.padding + pool.trailingPadding == [0, 0, 0, 0] && pool.dilation == [1, 1]
            && !ceilingMode
            && pool.kernel[0] * pool.kernel[1] <= 256
    }
}

/// The mean of each window, as `torch.nn.AvgPool2d`.
public struct AveragePooling: Layer {
    public static let kind = "average_pooling"

    public let pool: Window
    public let ceilingMode: Bool
    /// Whether padding counts as zeros in the mean.
    public let countsPadding: Bool

    public init(
        kernel: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], trailingPadding: [Int]? = nil,
        ceilingMode: Bool = false, countsPadding: Bool = true
    ) {
        pool = Window(kernel: kernel, stride: stride ?? kernel, padding: padding, trailingPadding: trailingPadding)
        self.ceilingMode = ceilingMode
        self.countsPadding = countsPadding
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["kernel", "stride", "padding", "ceil_mode", "count_include_pad"])
        pool = try poolingWindow(settings)
        ceilingMode = try settings.boolean("ceil_mode", default: false)
        countsPadding = try settings.boolean("count_include_pad", default: true)
    }

    public var settings: JSONObject {
        var object = poolingSettings(pool)
        if ceilingMode { object["ceil_mode"] = .bool(true) }
        if !countsPadding { object["count_include_pad"] = .bool(false) }
        return object
    }

    public var window: Window? { pool }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        try pooledShape(inputs[0], pool, ceilingMode)
    }
}

/// The mean over a grid of nearly equal windows that gives an output of fixed size, as `torch.nn.AdaptiveAvgPool2d`.
///
/// Output row `i` of `n` averages input rows `⌊i·height/n⌋ ..< ⌈(i+1)·height/n⌉`. With size 1 it is global pooling.
public struct AdaptiveAveragePooling: Layer {
    public static let kind = "adaptive_average_pooling"

    /// Height and width of the output.
    public let outputSize: [Int]

    public init(outputSize: [Int]) { self.outputSize = outputSize }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["size"])
        outputSize = try settings.pair("size", default: 1, minimum: 1)
    }

    public var settings: JSONObject {
        var object = JSONObject()
        object["size"] = pairValue(outputSize)
        return object
    }

    /// The window depends on the input's size.
    public var window: Window? { nil }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] {
        guard inputs[0].count == 3 else {
            throw .shapeMismatch(layer: "", expected: "[channels, height, width]", found: inputs[0])
        }
        return [inputs[0][0]] + outputSize
    }
}

private func poolingWindow(_ settings: LayerSettings) throws(NetworkError) -> Window {
    let kernel = try settings.pair("kernel", minimum: 1)
    var stride = try settings.pair("stride", default: 0)
    if stride == [0, 0] { stride = kernel }
    let padding = try settings.padding("padding")
    guard stride.allSatisfy({ $0 > 0 }) else {
        throw .wrongSetting(layer: settings.layer, key: "stride", expected: "a whole number above 0")
    }
    // Else a window could lie in the padding alone, and would have no maximum.
    guard zip(padding.leading + padding.trailing, kernel + kernel).allSatisfy({ $0 < $1 }) else {
        throw .wrongSetting(layer: settings.layer, key: "padding", expected: "smaller than the kernel")
    }
    return Window(kernel: kernel, stride: stride, padding: padding.leading, trailingPadding: padding.trailing)
}

private func poolingSettings(_ pool: Window) -> JSONObject {
    var object = JSONObject()
    object["kernel"] = pairValue(pool.kernel)
    if pool.stride != pool.kernel { object["stride"] = pairValue(pool.stride) }
    if let padding = paddingValue(pool.padding, pool.trailingPadding) { object["padding"] = padding }
    return object
}

private func pooledShape(_ input: [Int], _ pool: Window, _ ceilingMode: Bool) throws(NetworkError) -> [Int] {
    guard input.count == 3 else {
        throw .shapeMismatch(layer: "", expected: "[channels, height, width]", found: input)
    }
    return [input[0]] + pool.outputSize(of: Array(input.dropFirst()), ceilingMode: ceilingMode)
}
