public import JSONValues

/// A ReLU that lets a share of negative inputs through, as `torch.nn.LeakyReLU`.
public struct LeakyReLU: Layer {
    public static let kind = "leaky_relu"

    /// Factor of negative inputs.
    public let slope: Double

    public init(slope: Double = 0.01) { self.slope = slope }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["slope"])
        slope = try settings.number("slope", default: 0.01)
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if slope != 0.01 { object["slope"] = .number(slope) }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}

/// Each element held between two bounds, as `torch.clamp` and `torch.nn.Hardtanh`.
public struct Clip: Layer {
    public static let kind = "clip"

    /// `nil` for none.
    public let minimum: Double?
    /// `nil` for none.
    public let maximum: Double?

    public init(minimum: Double?, maximum: Double?) {
        self.minimum = minimum
        self.maximum = maximum
    }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["min", "max"])
        minimum = try settings.optionalNumber("min")
        maximum = try settings.optionalNumber("max")
        if let minimum, let maximum, minimum >= maximum {
            throw .wrongSetting(layer: settings.layer, key: "max", expected: "a number above 'min'")
        }
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if let minimum { object["min"] = .number(minimum) }
        if let maximum { object["max"] = .number(maximum) }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}

/// `1 / (1 + e⁻ˣ)`, as `torch.nn.Sigmoid`.
public struct Sigmoid: Layer {
    public static let kind = "sigmoid"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}

/// The hyperbolic tangent, as `torch.nn.Tanh`.
public struct Tanh: Layer {
    public static let kind = "tanh"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}

/// `x · sigmoid(x)`, also called swish, as `torch.nn.SiLU`.
public struct SiLU: Layer {
    public static let kind = "silu"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}

/// `x · min(max(x + 3, 0), 6) / 6`, as `torch.nn.Hardswish`.
public struct Hardswish: Layer {
    public static let kind = "hardswish"

    public init() {}

    public init(settings: LayerSettings) throws(NetworkError) { try settings.allow(only: []) }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}
