import JSONValues
import NeuralNetwork

/// What is computed of numbers alone: operators between layers, and layers that prepare pixels.
extension KerasTranslation {
    mutating func operation(
        _ operation: KerasOperation, _ inputs: [Value], _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        let name = settings.layer.name
        switch operation {
        case .add where inputs.count > 1: return try join(Addition(), inputs, settings)
        case .multiply where inputs.count > 1: return try join(Multiplication(), inputs, settings)
        case .add, .subtract, .multiply, .divide: return try arithmetic(operation, inputs, settings)
        case .item: return try channels(inputs[0], settings)
        case .stack:
            let axis = settings.value("axis") ?? 0
            guard axis.int == -1, inputs.allSatisfy({ $0.shape.count == 3 && $0.shape[0] == 1 }) else {
                throw settings.lacks("axis", axis)
            }
            return try append(name, Concatenation(), inputs)
        case .activation(let kind): return try activation(.string(kind), named: name, inputs[0], settings)
        }
    }

    private mutating func join(
        _ layer: any Layer, _ inputs: [Value], _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        guard inputs.allSatisfy({ $0.order == inputs[0].order }) else {
            throw settings.error("joins features of different maps", fix: KerasSettings.wayOut)
        }
        return try append(settings.layer.name, layer, inputs)
    }

    /// A constant, for all channels or one for each, and what layers give.
    private mutating func arithmetic(
        _ operation: KerasOperation, _ inputs: [Value], _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        let call = settings.layer.call
        guard inputs.count == 1, let numbers = call.numbers, fits(numbers, inputs[0]),
            !(call.isConstantFirst && operation == .divide)
        else { throw settings.error("computes with something other than constants", fix: KerasSettings.wayOut) }
        let line: (factors: [Float], offsets: [Float]) =
            switch operation {
            case .add: ([1], numbers)
            case .subtract: call.isConstantFirst ? ([-1], numbers) : ([1], numbers.map { -$0 })
            case .multiply: (numbers, [0])
            default: (numbers.map { 1 / $0 }, [0])
            }
        return try scaled(inputs[0], line.factors, line.offsets, settings)
    }

    /// Channels by number, `x[..., 2]`, or all of them in the other order, `x[..., ::-1]`: filters of one pixel.
    private mutating func channels(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let index = settings.layer.call.constant?.array ?? []
        let all = input.shape[0]
        let chosen: [Int]
        if input.shape.count == 3, index.count == 2, index[0]["class_name"]?.string == "__ellipsis__" {
            if let channel = index[1].int, (0..<all).contains(channel) {
                chosen = [channel]
            } else if index[1]["step"]?.int == -1, index[1]["start"]?.isNull != false, index[1]["stop"]?.isNull != false
            {
                chosen = (0..<all).reversed()
            } else {
                throw settings.error("picks parts of its input", fix: KerasSettings.wayOut)
            }
        } else {
            throw settings.error("picks parts of its input", fix: KerasSettings.wayOut)
        }
        let name = settings.layer.name
        let layer = Convolution(inputChannels: all, outputChannels: chosen.count, kernel: [1, 1], hasBias: false)
        let value = try append(name, layer, [input])
        parameter(
            name + ".weight", of: settings.layer,
            .constant(chosen.flatMap { channel in (0..<all).map { $0 == channel ? 1 : 0 } }))
        return value
    }

    // MARK: - Layers that prepare pixels

    /// `Rescaling`, or a `Normalization` whose numbers are in its configuration or, where it learned them, its variables.
    mutating func scaling(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        if settings.layer.kind == "Rescaling" {
            return try scaled(input, numbers("scale", input, settings), numbers("offset", input, settings), settings)
        }
        guard settings.value("invert")?.bool != true else { throw settings.lacks("invert", true) }
        if settings.value("mean") != nil || settings.value("variance") != nil {
            let line = Self.standardization(
                mean: try numbers("mean", input, settings), variance: try numbers("variance", input, settings))
            return try scaled(input, line.factors, line.offsets, settings)
        }
        let axis = settings.value("axis") ?? -1
        guard let number = axis.int ?? axis.array?.first?.int, axis.array?.count ?? 1 == 1, input.order.isEmpty,
            settings.isChannelAxis(number, rank: input.shape.count)
        else { throw settings.lacks("axis", axis) }
        let name = settings.layer.name
        let value = try append(name, ChannelScale(channels: input.shape[0]), [input])
        parameter(name + ".weight", of: settings.layer, .standardization(isOffset: false))
        parameter(name + ".bias", of: settings.layer, .standardization(isOffset: true))
        return value
    }

    /// `(x − mean) / √variance` as a factor and an offset. Keras divides by no less than 1e-7.
    static func standardization(mean: [Float], variance: [Float]) -> (factors: [Float], offsets: [Float]) {
        let deviations = variance.map { max($0.squareRoot(), 1e-7) }
        let offsets = (0..<max(mean.count, variance.count)).map {
            -mean[mean.count == 1 ? 0 : $0] / deviations[deviations.count == 1 ? 0 : $0]
        }
        return (deviations.map { 1 / $0 }, offsets)
    }

    /// Numbers of a layer's configuration, one or one for each channel.
    private func numbers(
        _ key: String, _ input: Value, _ settings: KerasSettings
    ) throws(ModelFileError) -> [Float] {
        // A list, a number, or lists within lists with one entry each.
        var value = settings.value(key) ?? .null
        while let list = value.array, list.count == 1 { value = list[0] }
        let found = (value.array ?? [value]).compactMap(\.double).map { Float($0) }
        guard found.count == value.array?.count ?? 1, fits(found, input) else {
            throw settings.error(
                "has no '\(key)' in its configuration", fix: "give the layer its mean and variance, or leave it out")
        }
        return found
    }

    private func fits(_ numbers: [Float], _ input: Value) -> Bool {
        (numbers.count == 1 || numbers.count == input.shape[0] && input.order.isEmpty)
            && numbers.allSatisfy(\.isFinite)
    }

    private mutating func scaled(
        _ input: Value, _ factors: [Float], _ offsets: [Float], _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        let name = settings.layer.name
        let value = try append(name, ChannelScale(channels: input.shape[0]), [input])
        parameter(name + ".weight", of: settings.layer, .constant(factors))
        parameter(name + ".bias", of: settings.layer, .constant(offsets))
        return value
    }
}
