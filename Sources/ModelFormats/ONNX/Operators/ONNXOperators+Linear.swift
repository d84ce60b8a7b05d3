import NeuralNetwork

extension ONNXOperators {
    /// `alpha · A · B + beta · C`, with constants for B and C.
    @Sendable static func gemm(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        guard try call.integer("transA", default: 0) == 0 else { throw ONNXProblem("'transA' is set") }
        let (alpha, beta) = (try call.number("alpha", default: 1), try call.number("beta", default: 1))
        var bias: ONNXConstant?
        if call.hasInput(2), beta != 0 {
            let constant = try call.constant(2)
            bias = beta == 1 ? constant : try constant.mapped { $0 * beta }
        }
        return try linear(
            call, &conversion, isTransposed: try call.integer("transB", default: 0) != 0, factor: alpha, bias: bias)
    }

    /// A product with a constant matrix.
    @Sendable static func matrixProduct(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        try linear(call, &conversion, isTransposed: false, factor: 1, bias: nil)
    }

    /// - Parameter isTransposed: whether the weights are `[outputs, inputs]`, as the engine has them.
    private static func linear(
        _ call: ONNXCall, _ conversion: inout ONNXConversion, isTransposed: Bool, factor: Float, bias: ONNXConstant?
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        guard input.shape.count == 1 else {
            throw ONNXProblem("its input has the axes \(input.shape(batch: 1)), not [batch, features]")
        }
        var weight = try call.constant(1)
        guard weight.shape.count == 2 else { throw ONNXProblem("its weights have the shape \(weight.shape)") }
        if !isTransposed { weight = try weight.transposed([1, 0]) }
        guard weight.shape[1] == input.channels, weight.shape[0] > 0 else {
            throw ONNXProblem("its weights take \(weight.shape[1]) features, but its input has \(input.channels)")
        }
        let outputs = weight.shape[0]
        weight = try input.inEngineOrder(weight, axis: 1)
        if factor != 1 { weight = try weight.mapped { $0 * factor } }
        var parameters = ["weight": weight]
        if let bias { parameters["bias"] = try bias.vector(outputs) }
        let layer = Linear(inputFeatures: input.channels, outputFeatures: outputs, hasBias: bias != nil)
        let output = try conversion.append(layer, to: [input.source], for: call, parameters: parameters)
        if bias == nil { conversion.noteWithoutBias(call) }
        return .activation(output)
    }
}

extension ONNXConstant {
    /// One number for each of `count` features, or one for all, as a vector.
    fileprivate func vector(_ count: Int) throws(ONNXProblem) -> ONNXConstant {
        if self.count == 1 { return try repeated(count) }
        guard self.count == count, shape.last == count else {
            throw ONNXProblem("'\(name)' has the shape \(shape), not [\(count)]")
        }
        return try reshaped(to: [count])
    }
}
