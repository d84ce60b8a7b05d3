import NeuralNetwork

extension ONNXOperators {
    /// What is a layer without settings.
    static func plain(_ layer: some Layer) -> ONNXOperator {
        { (call, conversion) throws(ONNXProblem) in
            .activation(try conversion.append(layer, to: try call.activation(0), for: call))
        }
    }

    @Sendable static func leakyReLU(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let slope = try call.number("alpha", default: 0.01)
        return .activation(
            try conversion.append(LeakyReLU(slope: Double(slope)), to: try call.activation(0), for: call))
    }

    /// `max(0, min(1, alpha · x + beta))`: a scale and a clip.
    @Sendable static func hardSigmoid(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        let (alpha, beta) = (try call.number("alpha", default: 0.2), try call.number("beta", default: 0.5))
        let line = try conversion.append(
            ChannelScale(channels: input.channels), to: input, for: call,
            parameters: [
                "weight": ONNXConstant(name: "alpha", repeating: alpha, count: input.channels),
                "bias": ONNXConstant(name: "beta", repeating: beta, count: input.channels),
            ])
        return .activation(try conversion.append(Clip(minimum: 0, maximum: 1), to: line, for: call))
    }

    /// Bounds are attributes before version 11, then inputs. From zero on it is a ReLU.
    @Sendable static func clip(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        func bound(_ name: String, _ index: Int) throws(ONNXProblem) -> Double? {
            let number: Float
            if call.opset < 11 {
                guard call.node.attributes[name] != nil else { return nil }
                number = try call.number(name, default: 0)
            } else {
                guard call.hasInput(index) else { return nil }
                number = try call.constant(index).scalar()
            }
            guard !number.isNaN else { throw ONNXProblem("'\(name)' is no number") }
            return abs(number) < .greatestFiniteMagnitude ? Double(number) : nil
        }
        let (minimum, maximum) = (try bound("min", 1), try bound("max", 2))
        let input = try call.activation(0)
        if minimum == nil, maximum == nil { return .activation(input) }
        if let minimum, let maximum, minimum >= maximum {
            throw ONNXProblem("it holds values between \(minimum) and \(maximum)")
        }
        let layer: any Layer = minimum == 0 ? ReLU(limit: maximum) : Clip(minimum: minimum, maximum: maximum)
        return .activation(try conversion.append(layer, to: input, for: call))
    }

    @Sendable static func softmax(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        .activation(try conversion.append(Softmax(), to: try normalized(call, &conversion), for: call))
    }

    @Sendable static func logSoftmax(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        .activation(try conversion.append(LogSoftmax(), to: try normalized(call, &conversion), for: call))
    }

    /// The input of a softmax over the channels. Before version 13 it goes over all axes from `axis` on.
    private static func normalized(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXActivation {
        let input = try call.activation(0)
        let shape = input.shape(batch: conversion.batch)
        let first = try axis(try call.integer("axis", default: call.opset < 13 ? 1 : -1), of: shape.count)
        let axes = call.opset < 13 ? Array(first..<shape.count) : [first]
        guard axes.contains(input.channelAxis), axes.allSatisfy({ $0 == input.channelAxis || shape[$0] == 1 }) else {
            throw ONNXProblem("it goes over the axes \(axes) of \(shape), not over the channels alone")
        }
        return input
    }
}
