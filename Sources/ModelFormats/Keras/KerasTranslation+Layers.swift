import JSONValues
import NeuralNetwork

extension KerasTranslation {
    /// Appends the nodes of a layer.
    /// - Throws: `ModelFileError` naming a layer, or a setting of it, that is not understood.
    mutating func translate(
        _ layer: KerasGraph.Layer, _ inputs: [Value], _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        let input = inputs[0]
        let name = layer.name
        switch layer.kind {
        case "Conv2D", "Convolution2D": return try convolution(input, settings)
        case "DepthwiseConv2D": return try depthwise(input, settings)
        case "SeparableConv2D", "SeparableConvolution2D": return try separable(input, settings)
        case "Dense": return try dense(input, settings)
        case "BatchNormalization": return try normalization(input, settings)
        case "Rescaling", "Normalization": return try scaling(input, settings)
        case "Activation":
            return try activation(settings.value("activation"), named: name, input, settings)
        case "ReLU", "LeakyReLU", "Softmax": return try activationLayer(input, settings)
        case "MaxPooling2D", "AveragePooling2D": return try pooling(input, settings)
        case "GlobalAveragePooling2D", "GlobalMaxPooling2D": return try globalPooling(input, settings)
        case "ZeroPadding2D": return try zeroPadding(input, settings)
        case "Flatten":
            let positions = input.shape.dropFirst().reduce(1, *)
            let run = Run(channels: input.shape[0], positions: positions)
            return try append(name, Flatten(), inputs, order: positions > 1 ? [run] : input.order)
        case "Reshape": return try reshape(input, settings)
        case "Concatenate": return try concatenation(inputs, settings)
        case "Dropout", "SpatialDropout2D":
            let rate = settings.number("rate", "p", default: 0.5)
            guard (0..<1).contains(rate) else { throw settings.lacks("rate", .number(rate)) }
            return try append(name, Dropout(probability: rate), inputs)
        case "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "RandomFlip",
            "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness":
            // They do nothing but in training.
            return input
        default:
            if let operation = KerasOperation(layer) { return try self.operation(operation, inputs, settings) }
            throw settings.error(
                "is of a class that is not known here"
                    + (nearestName(to: layer.kind, in: Self.kinds).map { " (the nearest is \($0))" } ?? ""),
                fix: KerasSettings.wayOut)
        }
    }

    private static let kinds = [
        "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Dense", "BatchNormalization", "Rescaling", "Normalization",
        "Activation", "ReLU", "LeakyReLU", "Softmax", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D",
        "GlobalMaxPooling2D", "ZeroPadding2D", "Flatten", "Reshape", "Add", "Multiply", "Concatenate", "Dropout",
    ]

    // MARK: - Layers with weights

    private func map(_ value: Value, _ settings: KerasSettings) throws(ModelFileError) -> [Int] {
        try settings.requireChannelsLast()
        guard value.shape.count == 3 else {
            throw settings.error("reads a vector of \(value.shape[0]) features, not a map", fix: ForeignFix.damaged)
        }
        return value.shape
    }

    private mutating func convolution(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let shape = try map(input, settings)
        let kernel: [Int]
        if settings.layer.config["nb_row"] != nil {
            kernel = [try settings.integer("nb_row"), try settings.integer("nb_col")]
        } else {
            kernel = try settings.pair("kernel_size", default: nil)
        }
        let stride = try settings.pair("strides", "subsample", default: [1, 1])
        let dilation = try settings.pair("dilation_rate", default: [1, 1])
        let padding = try settings.padding(
            size: Array(shape.dropFirst()), kernel: kernel, stride: stride, dilation: dilation)
        let groups = settings.value("groups") == nil ? 1 : try settings.integer("groups")
        let filters = try settings.integer("filters", "nb_filter")
        guard shape[0] % groups == 0, filters % groups == 0 else { throw settings.lacks("groups", .integer(groups)) }
        let layer = Convolution(
            inputChannels: shape[0], outputChannels: filters, kernel: kernel, stride: stride, padding: padding.leading,
            trailingPadding: padding.trailing, dilation: dilation, groups: groups, hasBias: hasBias(settings))
        return try weighted(layer, layer.hasBias, "kernel", .convolution, input, settings)
    }

    private mutating func depthwise(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let layer = try depthwiseFilters(input, settings, hasBias: hasBias(settings))
        return try weighted(layer, layer.hasBias, "depthwise_kernel", .depthwise, input, settings)
    }

    private func depthwiseFilters(
        _ input: Value, _ settings: KerasSettings, hasBias: Bool
    ) throws(ModelFileError) -> Convolution {
        let shape = try map(input, settings)
        let kernel = try settings.pair("kernel_size", default: nil)
        let stride = try settings.pair("strides", default: [1, 1])
        let dilation = try settings.pair("dilation_rate", default: [1, 1])
        let padding = try settings.padding(
            size: Array(shape.dropFirst()), kernel: kernel, stride: stride, dilation: dilation)
        let multiplier = settings.value("depth_multiplier") == nil ? 1 : try settings.integer("depth_multiplier")
        return Convolution(
            inputChannels: shape[0], outputChannels: shape[0] * multiplier, kernel: kernel, stride: stride,
            padding: padding.leading, trailingPadding: padding.trailing, dilation: dilation, groups: shape[0],
            hasBias: hasBias)
    }

    private mutating func separable(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let layer = settings.layer
        let depthwise = try depthwiseFilters(input, settings, hasBias: false)
        let middle = try append(layer.name + ".depthwise", depthwise, [input])
        parameter(
            layer.name + ".depthwise.weight", of: layer, .variable("depthwise_kernel", .depthwise, order: []))
        let pointwise = Convolution(
            inputChannels: depthwise.outputChannels, outputChannels: try settings.integer("filters"), kernel: [1, 1],
            hasBias: hasBias(settings))
        let value = try append(layer.name + ".pointwise", pointwise, [middle])
        parameter(
            layer.name + ".pointwise.weight", of: layer, .variable("pointwise_kernel", .convolution, order: []))
        if pointwise.hasBias {
            parameter(layer.name + ".pointwise.bias", of: layer, .variable("bias", .same, order: []))
        }
        return try ownActivation(value, settings)
    }

    private mutating func dense(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let units = try settings.integer("units", "output_dim")
        let hasBias = hasBias(settings)
        // Over a map it works at each position.
        let layer: any Layer =
            input.shape.count == 3
            ? Convolution(inputChannels: input.shape[0], outputChannels: units, kernel: [1, 1], hasBias: hasBias)
            : Linear(inputFeatures: input.shape[0], outputFeatures: units, hasBias: hasBias)
        return try weighted(layer, hasBias, "kernel", .dense, input, settings)
    }

    private func hasBias(_ settings: KerasSettings) -> Bool { settings.value("use_bias", "bias")?.bool ?? true }

    /// A layer of a weight and perhaps a bias, and its activation.
    private mutating func weighted(
        _ layer: any Layer, _ hasBias: Bool, _ role: String, _ axes: KerasAxes, _ input: Value,
        _ settings: KerasSettings
    ) throws(ModelFileError) -> Value {
        let name = settings.layer.name
        let value = try append(name, layer, [input], order: [])
        parameter(name + ".weight", of: settings.layer, .variable(role, axes, order: input.order))
        if hasBias { parameter(name + ".bias", of: settings.layer, .variable("bias", .same, order: [])) }
        return try ownActivation(value, settings)
    }

    private mutating func normalization(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let layer = settings.layer
        let axis = settings.value("axis") ?? -1
        guard let number = axis.int ?? axis.array?.first?.int, settings.isChannelAxis(number, rank: input.shape.count)
        else { throw settings.lacks("axis", axis) }
        let epsilon = settings.number("epsilon", default: 1e-3)
        guard epsilon > 0 else { throw settings.lacks("epsilon", .number(epsilon)) }
        let value = try append(
            layer.name,
            BatchNormalization(
                channels: input.shape[0], epsilon: epsilon, momentum: 1 - settings.number("momentum", default: 0.99)),
            [input])
        let isScaled = settings.value("scale")?.bool ?? true
        let isCentered = settings.value("center")?.bool ?? true
        let order = input.order
        parameter(
            layer.name + ".weight", of: layer, isScaled ? .variable("gamma", .same, order: order) : .constant([1]))
        parameter(
            layer.name + ".bias", of: layer, isCentered ? .variable("beta", .same, order: order) : .constant([0]))
        parameter(layer.name + ".running_mean", of: layer, .variable("moving_mean", .same, order: order))
        parameter(layer.name + ".running_var", of: layer, .variable("moving_variance", .same, order: order))
        return value
    }

    // MARK: - Shapes

    private mutating func pooling(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let shape = try map(input, settings)
        let kernel = try settings.pair("pool_size", default: [2, 2])
        let stride = try settings.pair("strides", default: kernel)
        let padding = try settings.padding(size: Array(shape.dropFirst()), kernel: kernel, stride: stride)
        let layer: any Layer =
            settings.layer.kind == "MaxPooling2D"
            ? MaxPooling(kernel: kernel, stride: stride, padding: padding.leading, trailingPadding: padding.trailing)
            : AveragePooling(
                kernel: kernel, stride: stride, padding: padding.leading, trailingPadding: padding.trailing,
                countsPadding: false)
        return try append(settings.layer.name, layer, [input])
    }

    private mutating func globalPooling(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let shape = try map(input, settings)
        let name = settings.layer.name
        let layer: any Layer =
            settings.layer.kind == "GlobalMaxPooling2D"
            ? MaxPooling(kernel: Array(shape.dropFirst())) : AdaptiveAveragePooling(outputSize: [1, 1])
        let pooled = try append(name, layer, [input])
        if settings.value("keepdims")?.bool == true { return pooled }
        return try append(name + ".flatten", Flatten(), [pooled])
    }

    private mutating func zeroPadding(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        _ = try map(input, settings)
        let value = settings.value("padding") ?? 1
        // One number, one for each axis, or two for each axis.
        let axes =
            value.int.map { [[$0, $0], [$0, $0]] }
            ?? (value.array ?? []).map { axis in axis.int.map { [$0, $0] } ?? (axis.array ?? []).compactMap(\.int) }
        guard axes.count == 2, axes.allSatisfy({ $0.count == 2 && $0.allSatisfy((0...1 << 16).contains) }) else {
            throw settings.lacks("padding", value)
        }
        return try append(
            settings.layer.name, ZeroPadding(leading: axes.map { $0[0] }, trailing: axes.map { $0[1] }), [input])
    }

    /// What flattens, makes a vector a map of one place, or changes nothing.
    private mutating func reshape(_ input: Value, _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let target = settings.value("target_shape") ?? .null
        let lengths = target.array?.compactMap(\.int) ?? []
        let count = input.shape.reduce(1, *)
        let last = Array(input.shape.dropFirst()) + [input.shape[0]]
        if lengths == [-1] || lengths == [count] {
            let positions = input.shape.dropFirst().reduce(1, *)
            let run = Run(channels: input.shape[0], positions: positions)
            return try append(settings.layer.name, Flatten(), [input], order: positions > 1 ? [run] : input.order)
        }
        // One number for each channel, to be multiplied with maps.
        if lengths == [1, 1, input.shape[0]], input.shape.count == 1, input.order.isEmpty {
            return try append(settings.layer.name, Reshape(shape: [input.shape[0], 1, 1]), [input])
        }
        guard lengths == last else { throw settings.lacks("target_shape", target) }
        return input
    }

    private mutating func concatenation(_ inputs: [Value], _ settings: KerasSettings) throws(ModelFileError) -> Value {
        let axis = settings.value("axis", "concat_axis") ?? -1
        guard inputs.count > 1, let number = axis.int, settings.isChannelAxis(number, rank: inputs[0].shape.count)
        else {
            throw settings.lacks("axis", axis)
        }
        var order: [Run] = []
        if inputs.contains(where: { !$0.order.isEmpty }) {
            order = inputs.flatMap { $0.order.isEmpty ? [Run(channels: $0.shape[0], positions: 1)] : $0.order }
        }
        return try append(settings.layer.name, Concatenation(), inputs, order: order)
    }
}
