import NeuralNetwork

extension ONNXOperators {
    @Sendable static func add(_ call: ONNXCall, _ conversion: inout ONNXConversion) throws(ONNXProblem) -> ONNXValue {
        try combine(call, &conversion, integers: &+) { constant, _ throws(ONNXProblem) in
            ChannelLine(factor: nil, offset: constant)
        }
    }

    @Sendable static func subtract(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        try combine(call, &conversion, integers: &-) { constant, isFirst throws(ONNXProblem) in
            isFirst
                ? ChannelLine(factor: try constant.mapped { _ in -1 }, offset: constant)
                : ChannelLine(factor: nil, offset: try constant.mapped { -$0 })
        }
    }

    @Sendable static func multiply(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        try combine(call, &conversion, integers: &*) { constant, _ throws(ONNXProblem) in
            ChannelLine(factor: constant, offset: nil)
        }
    }

    @Sendable static func divide(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let quotient: (Int, Int) -> Int? = { $1 == 0 ? nil : $0.dividedReportingOverflow(by: $1).partialValue }
        return try combine(call, &conversion, integers: quotient) { constant, isFirst throws(ONNXProblem) in
            guard !isFirst else { throw ONNXProblem("it divides a constant by what is computed from the image") }
            return ChannelLine(factor: try constant.mapped { 1 / $0 }, offset: nil)
        }
    }

    /// The sum of any number of values.
    @Sendable static func sum(_ call: ONNXCall, _ conversion: inout ONNXConversion) throws(ONNXProblem) -> ONNXValue {
        if call.inputs.count == 1 { return try call.value(0) }
        if call.inputs.count == 2 { return try add(call, &conversion) }
        var terms: [ONNXActivation] = []
        for index in call.inputs.indices { terms.append(try call.activation(index)) }
        return .activation(try join(terms, Addition(), call, &conversion))
    }

    /// A factor and an offset for each channel, one where `factor` and zero where `offset` is `nil`.
    private struct ChannelLine {
        let factor: ONNXConstant?
        let offset: ONNXConstant?
    }

    /// - Parameters:
    ///   - integers: what the operator does to whole numbers of the graph's shape arithmetic.
    ///   - line: what it does to a value, given the constant for each channel and whether that comes first.
    private static func combine(
        _ call: ONNXCall, _ conversion: inout ONNXConversion, integers: (Int, Int) -> Int?,
        line: (ONNXConstant, _ isFirst: Bool) throws(ONNXProblem) -> ChannelLine
    ) throws(ONNXProblem) -> ONNXValue {
        switch (try call.value(0), try call.value(1)) {
        case (.constant(let a), .constant(let b)): return try combine(a, b, call, integers)
        case (.activation(let value), .constant(let constant)):
            let constant = try value.perChannel(constant, call, conversion.batch)
            return .activation(try append(try line(constant, false), to: value, call, &conversion))
        case (.constant(let constant), .activation(let value)):
            let constant = try value.perChannel(constant, call, conversion.batch)
            return .activation(try append(try line(constant, true), to: value, call, &conversion))
        case (.activation(let a), .activation(let b)):
            switch call.node.operation {
            case "Add", "Sum": return .activation(try join([a, b], Addition(), call, &conversion))
            case "Mul": return .activation(try join([a, b], Multiplication(), call, &conversion))
            default: throw ONNXProblem("both of its inputs are computed from the image")
            }
        case (.unknown, _), (_, .unknown): return .unknown
        }
    }

    /// Short lists of whole numbers, one of which may be a single number.
    private static func combine(
        _ a: ONNXConstant, _ b: ONNXConstant, _ call: ONNXCall, _ operation: (Int, Int) -> Int?
    ) throws(ONNXProblem) -> ONNXValue {
        guard let left = a.integers, let right = b.integers, a.shape == b.shape || a.count == 1 || b.count == 1 else {
            throw ONNXProblem("both of its inputs are constants")
        }
        let longer = left.count >= right.count ? (a, left.count) : (b, right.count)
        var result: [Int] = []
        for index in 0..<longer.1 {
            guard let number = operation(left[left.count == 1 ? 0 : index], right[right.count == 1 ? 0 : index]) else {
                throw ONNXProblem("it divides by zero")
            }
            result.append(number)
        }
        return .constant(ONNXConstant(name: call.node.outputs[0], shape: longer.0.shape, integers: result))
    }

    /// A scale of each channel, or the bias of the layer before where that has none.
    private static func append(
        _ line: ChannelLine, to input: ONNXActivation, _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXActivation {
        let channels = input.channels
        if line.factor == nil, let bias = line.offset,
            call.node.inputs.contains(where: { conversion.addBias(bias, to: $0) })
        {
            return input
        }
        return try conversion.append(
            ChannelScale(channels: channels), to: input, for: call,
            parameters: [
                "weight": line.factor ?? ONNXConstant(name: "one", repeating: 1, count: channels),
                "bias": line.offset ?? ONNXConstant(name: "zero", repeating: 0, count: channels),
            ])
    }

    private static func join(
        _ values: [ONNXActivation], _ layer: any Layer, _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXActivation {
        guard values.allSatisfy({ $0.view == values[0].view && $0.shape.count == values[0].shape.count }) else {
            let shapes = values.map { "\($0.shape(batch: conversion.batch))" }.joined(separator: " and ")
            throw ONNXProblem("its inputs \(shapes) have their axes in different orders")
        }
        return try conversion.append(layer, to: values.map(\.source), for: call).viewed(values[0].view)
    }
}

extension ONNXActivation {
    /// A constant that broadcasts over this value, as one number for each channel.
    fileprivate func perChannel(
        _ constant: ONNXConstant, _ call: ONNXCall, _ batch: Int
    ) throws(ONNXProblem) -> ONNXConstant {
        if constant.count == 1 { return try constant.repeated(channels) }
        let rank = shape(batch: batch).count
        var lengths = constant.shape
        // Before version 7 the operator says from which axis on the constant lies.
        if call.opset < 7, call.node.attributes["axis"] != nil {
            let first = try axis(try call.integer("axis", default: 0), of: rank)
            lengths += [Int](repeating: 1, count: max(rank - first - lengths.count, 0))
        }
        lengths = [Int](repeating: 1, count: max(rank - lengths.count, 0)) + lengths
        guard lengths.count == rank, lengths[channelAxis] == channels, constant.count == channels else {
            throw ONNXProblem(
                "'\(constant.name)' of the shape \(constant.shape) is no number for each channel of "
                    + "\(shape(batch: batch))")
        }
        return try inEngineOrder(try constant.reshaped(to: [channels]), axis: 0)
    }
}
