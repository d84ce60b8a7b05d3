import NeuralNetwork

extension ONNXOperators {
    @Sendable static func maxPool(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let (input, window) = try pooling(call)
        let layer = MaxPooling(
            kernel: window.kernel, stride: window.stride, padding: window.padding,
            trailingPadding: window.trailingPadding, dilation: window.dilation,
            ceilingMode: try call.integer("ceil_mode", default: 0) != 0)
        return .activation(try conversion.append(layer, to: input, for: call))
    }

    @Sendable static func averagePool(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let (input, window) = try pooling(call)
        guard window.dilation == [1, 1] else { throw ONNXProblem("it has dilations, which only MaxPool may have") }
        let layer = AveragePooling(
            kernel: window.kernel, stride: window.stride, padding: window.padding,
            trailingPadding: window.trailingPadding, ceilingMode: try call.integer("ceil_mode", default: 0) != 0,
            countsPadding: try call.integer("count_include_pad", default: 0) != 0)
        return .activation(try conversion.append(layer, to: input, for: call))
    }

    @Sendable static func globalAveragePool(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        .activation(
            try conversion.append(AdaptiveAveragePooling(outputSize: [1, 1]), to: try call.maps(0), for: call))
    }

    @Sendable static func globalMaxPool(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.maps(0)
        return .activation(try conversion.append(MaxPooling(kernel: Array(input.shape[1...])), to: input, for: call))
    }

    /// The mean over height and width, which is a global pool; without `keepdims` a flatten follows.
    @Sendable static func reduceMean(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        let shape = input.shape(batch: conversion.batch)
        var axes: [Int] = []
        for number in try call.axes(input: 1) ?? [] { axes.append(try axis(number, of: shape.count)) }
        let spatial = input.view == .channelsLast ? [1, 2] : [2, 3]
        guard input.shape.count == 3, axes.sorted() == spatial else {
            throw ONNXProblem("it takes the mean over the axes \(axes) of \(shape), not over height and width")
        }
        let mean = try conversion.append(AdaptiveAveragePooling(outputSize: [1, 1]), to: input, for: call)
        guard try call.integer("keepdims", default: 1) == 0 else { return .activation(mean) }
        return .activation(try conversion.append(Flatten(), to: [mean.source], for: call))
    }

    private static func pooling(_ call: ONNXCall) throws(ONNXProblem) -> (input: ONNXActivation, window: Window) {
        let input = try call.maps(0)
        guard let kernel = try call.sizes("kernel_shape", count: 2, minimum: 1) else {
            throw ONNXProblem("it has no 'kernel_shape' of two numbers")
        }
        let window = try call.window(kernel: kernel, over: Array(input.shape[1...]))
        // Else a window could lie in the padding alone, and would have no maximum.
        guard zip(window.padding + window.trailingPadding, kernel + kernel).allSatisfy({ $0 < $1 }) else {
            throw ONNXProblem(
                "its padding of \(window.padding + window.trailingPadding) is not below its kernel of \(kernel)")
        }
        return (input, window)
    }
}
