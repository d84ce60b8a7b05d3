import NeuralNetwork

extension ONNXOperators {
    @Sendable static func batchNormalization(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        guard input.view == .same else {
            throw ONNXProblem("its input has the axes \(input.shape(batch: 1)), with the channels last")
        }
        guard try call.integer("training_mode", default: 0) == 0, try call.integer("spatial", default: 1) == 1 else {
            throw ONNXProblem("'training_mode' is set or 'spatial' is not: only normalization by channel is read")
        }
        let epsilon = try call.number("epsilon", default: 1e-5)
        guard epsilon > 0 else { throw ONNXProblem("'epsilon' is \(epsilon)") }
        var parameters: [String: ONNXConstant] = [:]
        for (index, name) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
            parameters[name] = try call.constant(index + 1, shape: [input.channels])
        }
        return .activation(
            try conversion.append(
                BatchNormalization(channels: input.channels, epsilon: Double(epsilon)), to: input, for: call,
                parameters: parameters))
    }

    @Sendable static func localResponseNormalization(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let size = try call.integer("size", default: 0)
        guard 1...1 << 20 ~= size, size % 2 == 1 else { throw ONNXProblem("'size' is \(size), not odd") }
        let layer = LocalResponseNormalization(
            size: size, alpha: Double(try call.number("alpha", default: 1e-4)),
            beta: Double(try call.number("beta", default: 0.75)), k: Double(try call.number("bias", default: 1)))
        return .activation(try conversion.append(layer, to: try call.maps(0), for: call))
    }

    /// While a network is looked at it does nothing; the layer stays for its name.
    @Sendable static func dropout(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.activation(0)
        let ratio = call.opset < 12 ? try call.number("ratio", default: 0.5) : 0.5
        let layer = Dropout(probability: 0..<1 ~= ratio ? Double(ratio) : 0.5)
        return .activation(try conversion.append(layer, to: input, for: call))
    }
}
