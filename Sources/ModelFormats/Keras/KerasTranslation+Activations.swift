import JSONValues
import NeuralNetwork

extension KerasTranslation {
    /// The activation that a layer with weights has of its own: a node of its own here.
    mutating func ownActivation(_ value: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        guard let activation = settings.value("activation") else { return value }
        return try self.activation(activation, named: settings.layer.name + ".activation", value, settings)
    }

    /// An activation by its name in Keras.
    mutating func activation(
        _ activation: JSONValue?, named name: String, _ input: Value, _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        let layer: any Layer
        switch activation?.string {
        case "linear": return input
        case "relu": layer = ReLU()
        case "relu6": layer = ReLU(limit: 6)
        case "leaky_relu": layer = LeakyReLU(slope: 0.2)
        case "sigmoid": layer = Sigmoid()
        case "tanh": layer = Tanh()
        case "silu", "swish": layer = SiLU()
        case "hard_silu", "hard_swish": layer = Hardswish()
        case "softmax": layer = Softmax()
        case "log_softmax": layer = LogSoftmax()
        default: throw settings.lacks("activation", activation ?? .null)
        }
        return try append(name, layer, [input])
    }

    /// The activations that are layers.
    mutating func activationLayer(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let layer: any Layer
        switch settings.layer.kind {
        case "ReLU":
            let limit = settings.value("max_value")
            let slope = settings.number("negative_slope", default: 0)
            let threshold = settings.number("threshold", default: 0)
            guard threshold == 0, slope == 0 || limit == nil, limit.map({ ($0.double ?? 0) > 0 }) != false else {
                throw settings.error(
                    "has a threshold, or both a largest value and a slope", fix: KerasSettings.wayOut)
            }
            layer = slope == 0 ? ReLU(limit: limit?.double) : LeakyReLU(slope: slope)
        case "LeakyReLU": layer = LeakyReLU(slope: settings.number("negative_slope", "alpha", default: 0.3))
        default:
            let axis = settings.value("axis") ?? -1
            guard let number = axis.int ?? axis.array?.first?.int,
                settings.isChannelAxis(number, rank: input.shape.count)
            else { throw settings.lacks("axis", axis) }
            layer = Softmax()
        }
        return try append(settings.layer.name, layer, [input])
    }
}
