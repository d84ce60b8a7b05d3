public import JSONValues

/// How images become a network's input: channel order, range, mean and standard deviation.
///
/// Data sets hold raw pixels in [0, 1] (RGB or gray). A channel of the network's input is
/// `(pixel · range − mean) / std`, with mean and std in units of `range` and in the network's channel order.
public struct InputContract: Sendable, Equatable {
    public enum Order: String, Sendable, CaseIterable {
        case rgb = "RGB"
        case bgr = "BGR"
    }

    public var order: Order
    /// The number that stands for white: 1 or 255.
    public var range: Float
    /// One value per channel, or one for all.
    public var mean: [Float]
    /// One value per channel, or one for all; above zero.
    public var std: [Float]

    public init(order: Order = .rgb, range: Float = 1, mean: [Float] = [0], std: [Float] = [1]) {
        self.order = order
        self.range = range
        self.mean = mean
        self.std = std
    }

    /// Pixels in [0, 1] as they are.
    public static let unit = InputContract()
    /// What torchvision's ImageNet networks were trained with.
    public static let torchvision = InputContract(mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
    /// What Caffe's networks, and Keras's `caffe` mode, were trained with.
    public static let caffe = InputContract(order: .bgr, range: 255, mean: [103.939, 116.779, 123.68])
    /// Keras's `tf` mode: [−1, 1].
    public static let tf = InputContract(range: 255, mean: [127.5], std: [127.5])

    /// Contracts by the names that pipeline files use.
    public static let named: [(name: String, contract: InputContract)] = [
        ("unit", .unit), ("torchvision", .torchvision), ("caffe", .caffe), ("tf", .tf),
    ]

    /// Factor and offset of each channel of the network's input, so that `input = pixel · factor + offset`.
    public func affine(channels: Int) -> (factor: [Float], offset: [Float]) {
        func value(_ list: [Float], _ channel: Int) -> Float { list.count == 1 ? list[0] : list[channel] }
        return (
            (0..<channels).map { range / value(std, $0) },
            (0..<channels).map { -value(mean, $0) / value(std, $0) }
        )
    }

    /// Which channel of the image feeds each channel of the network's input.
    public func sourceChannels(_ channels: Int) -> [Int] {
        order == .bgr ? (0..<channels).reversed() : Array(0..<channels)
    }

    /// Whether mean and std fit a number of channels and std can be divided by.
    public func fits(channels: Int) -> Bool {
        [mean, std].allSatisfy { ($0.count == 1 || $0.count == channels) && $0.allSatisfy(\.isFinite) }
            && std.allSatisfy { $0 > 0 } && range > 0 && range.isFinite
    }

    public var json: JSONValue {
        [
            "order": .string(order.rawValue), "range": .float(range), "mean": .array(mean.map { .float($0) }),
            "std": .array(std.map { .float($0) }),
        ]
    }

    /// Reads `{ "order": "RGB", "range": 255, "mean": […], "std": […] }`; absent keys take the values of `unit`.
    public init?(json: JSONValue) {
        guard let object = json.object else { return nil }
        self.init()
        for (key, value) in object {
            switch key {
            case "order":
                guard let order = value.string.flatMap(Order.init(rawValue:)) else { return nil }
                self.order = order
            case "range":
                guard let range = value.double else { return nil }
                self.range = Float(range)
            case "mean", "std":
                let list = value.array ?? [value]
                let numbers = list.compactMap(\.double).map { Float($0) }
                guard numbers.count == list.count, !numbers.isEmpty else { return nil }
                if key == "mean" { mean = numbers } else { std = numbers }
            default: return nil
            }
        }
    }
}
