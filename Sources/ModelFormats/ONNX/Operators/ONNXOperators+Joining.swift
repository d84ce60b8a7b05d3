import NeuralNetwork

extension ONNXOperators {
    /// Maps or vectors along their channels, or short lists of whole numbers.
    @Sendable static func concat(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        if case .constant = try call.value(0) { return try concatConstants(call) }
        var parts: [ONNXActivation] = []
        for index in call.inputs.indices { parts.append(try call.activation(index)) }
        let shape = parts[0].shape(batch: conversion.batch)
        // Before version 4, `axis` could be left out.
        let along = try axis(try call.integer("axis", default: 1), of: shape.count)
        guard along == parts[0].channelAxis, parts.allSatisfy({ $0.view == parts[0].view }),
            parts.count == 1 || parts[0].view == .same || parts[0].view == .channelsLast
        else { throw ONNXProblem("it joins along axis \(along) of \(shape), not along the channels") }
        if parts.count == 1 { return .activation(parts[0]) }
        return .activation(
            try conversion.append(Concatenation(), to: parts.map(\.source), for: call).viewed(parts[0].view))
    }

    private static func concatConstants(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue {
        var numbers: [Int] = []
        for index in call.inputs.indices {
            numbers += try call.integers(index)
            guard try call.constant(index).shape.count == 1 else { throw ONNXProblem("it joins constants") }
            guard numbers.count <= ONNXConstant.mostIntegers else {
                throw ONNXProblem("it makes a shape of too many axes")
            }
        }
        return .constant(ONNXConstant(name: call.node.outputs[0], shape: [numbers.count], integers: numbers))
    }
}
