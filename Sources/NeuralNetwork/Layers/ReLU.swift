public import JSONValues

/// The positive part of each element, as `torch.nn.ReLU`; with a limit no more than that, as `torch.nn.ReLU6`.
///
/// It never works in place on a value that somebody else reads: an activation tapped before it stays what it was.
public struct ReLU: Layer {
    public static let kind = "relu"

    /// The largest output, above zero; `nil` for none.
    public let limit: Double?

    public init(limit: Double? = nil) { self.limit = limit }

    public init(settings: LayerSettings) throws(NetworkError) {
        try settings.allow(only: ["limit"])
        limit = try settings.optionalNumber("limit")
        guard limit.map({ $0 > 0 }) != false else {
            throw .wrongSetting(layer: settings.layer, key: "limit", expected: "a number above 0")
        }
    }

    public var settings: JSONObject {
        var object = JSONObject()
        if let limit { object["limit"] = .number(limit) }
        return object
    }

    public func outputShape(of inputs: [[Int]]) throws(NetworkError) -> [Int] { inputs[0] }
}
