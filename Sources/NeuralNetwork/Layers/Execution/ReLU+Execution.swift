import CKernels

extension ReLU {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        let output = builder.newValue(input.layout)
        let (count, limit) = (input.layout.paddedCount, kernelLimit)
        builder.append(
            .kernel { workspace in
                ck_relu(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, count, limit)
            }, reads: [input.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
        builder.save(output, "output", for: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.outputGradient(node)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        builder.addGradient(builder.throughReLU(node, node, gradient), to: source)
    }

    /// The limit as our loops take it.
    var kernelLimit: Float { limit.map { Float($0) } ?? .infinity }
}

extension PlanBuilder {
    /// The gradient before a ReLU, if there is one, whose output node `node` left; else the gradient as it is.
    func throughReLU(_ relu: Int?, _ node: Int, _ gradient: Value) -> Value {
        guard let relu else { return gradient }
        let output = output(node)
        let outputGradient = value(gradient, in: output.layout)
        let inputGradient = newValue(output.layout)
        let samples = output.layout.shape[0]
        let perSample = output.layout.paddedCount / samples
        let rule = request.reluRule.kernelRule
        let limit = (network.nodes[relu].layer as! ReLU).kernelLimit
        append(
            .kernel { workspace in
                ck_relu_backward(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(outputGradient.slot).baseAddress,
                    workspace.floats(output.slot).baseAddress, samples, perSample, rule, limit)
            }, reads: [outputGradient.slot, output.slot], writes: [inputGradient.slot])
        return inputGradient
    }
}

extension ReLURule {
    fileprivate var kernelRule: ck_relu_rule {
        switch self {
        case .standard: ck_relu_standard
        case .guided: ck_relu_guided
        case .deconvolution: ck_relu_deconvolution
        case .redirected: ck_relu_redirected
        }
    }
}
