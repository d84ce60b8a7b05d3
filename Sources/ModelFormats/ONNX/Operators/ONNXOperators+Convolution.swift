import NeuralNetwork

extension ONNXOperators {
    @Sendable static func convolution(
        _ call: ONNXCall, _ conversion: inout ONNXConversion
    ) throws(ONNXProblem) -> ONNXValue {
        let input = try call.maps(0)
        let weight = try call.constant(1)
        guard weight.shape.count == 4, weight.shape.allSatisfy({ $0 > 0 }) else {
            throw ONNXProblem("its weights have the shape \(weight.shape): only maps of two dimensions are read")
        }
        let kernel = Array(weight.shape[2...])
        if let said = try call.sizes("kernel_shape", count: 2), said != kernel {
            throw ONNXProblem("'kernel_shape' is \(said), but its weights have the shape \(weight.shape)")
        }
        let groups = try call.integer("group", default: 1)
        guard groups > 0, input.channels % groups == 0, weight.shape[0] % groups == 0,
            weight.shape[1] == input.channels / groups
        else {
            throw ONNXProblem(
                "weights of the shape \(weight.shape) in \(groups) groups do not fit \(input.channels) channels")
        }
        let window = try call.window(kernel: kernel, over: Array(input.shape[1...]))
        var parameters = ["weight": weight]
        if call.hasInput(2) { parameters["bias"] = try call.constant(2, shape: [weight.shape[0]]) }
        let layer = Convolution(
            inputChannels: input.channels, outputChannels: weight.shape[0], kernel: kernel, stride: window.stride,
            padding: window.padding, trailingPadding: window.trailingPadding, dilation: window.dilation,
            groups: groups, hasBias: parameters["bias"] != nil)
        let output = try conversion.append(layer, to: input, for: call, parameters: parameters)
        if !layer.hasBias { conversion.noteWithoutBias(call) }
        return .activation(output)
    }
}

extension ONNXCall {
    /// How a kernel moves over maps of a size: strides, dilations, and padding as numbers or by `auto_pad`.
    func window(kernel: [Int], over size: [Int]) throws(ONNXProblem) -> Window {
        // A kernel of the weights' shape may be anything; settings of layers are held to this as well.
        guard kernel.allSatisfy({ (1...1 << 20).contains($0) }) else { throw ONNXProblem("the kernel is \(kernel)") }
        let stride = try sizes("strides", count: 2, minimum: 1) ?? [1, 1]
        let dilation = try sizes("dilations", count: 2, minimum: 1) ?? [1, 1]
        let mode = try text("auto_pad") ?? "NOTSET"
        switch mode {
        case "NOTSET", "":
            let pads = try sizes("pads", count: 4) ?? [0, 0, 0, 0]
            return Window(
                kernel: kernel, stride: stride, padding: Array(pads[..<2]), trailingPadding: Array(pads[2...]),
                dilation: dilation)
        case "VALID": return Window(kernel: kernel, stride: stride, padding: [0, 0], dilation: dilation)
        case "SAME_UPPER", "SAME_LOWER":
            let total = (0..<2).map { axis in
                let count = (size[axis] + stride[axis] - 1) / stride[axis]
                let extent = (kernel[axis] - 1) * dilation[axis] + 1
                return max((count - 1) * stride[axis] + extent - size[axis], 0)
            }
            let (half, rest) = (total.map { $0 / 2 }, total.map { $0 - $0 / 2 })
            return Window(
                kernel: kernel, stride: stride, padding: mode == "SAME_UPPER" ? half : rest,
                trailingPadding: mode == "SAME_UPPER" ? rest : half, dilation: dilation)
        default: throw ONNXProblem("'auto_pad' is '\(mode.prefix(40))'")
        }
    }
}
