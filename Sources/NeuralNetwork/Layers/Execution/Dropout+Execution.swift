import CKernels

extension Dropout {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        guard builder.request.isTraining, probability > 0 else { return builder.setOutput(input, of: node) }
        let plain = builder.plain(input)
        builder.setOutput(append(plain, node, to: builder), of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.outputGradient(node)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        guard builder.request.isTraining, probability > 0 else { return builder.addGradient(gradient, to: source) }
        builder.addGradient(append(builder.plain(gradient), node, to: builder), to: source)
    }

    /// The mask is a function of the run's key and the layer, so the gradient meets the same one.
    private func append(_ input: Value, _ node: Int, to builder: PlanBuilder) -> Value {
        let output = builder.newValue(input.layout)
        let (count, probability) = (input.layout.paddedCount, Float(probability))
        let layerKey = UInt64(node) &* 0xA24B_AED4_963E_E407
        builder.append(
            .kernel { workspace in
                ck_dropout(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, count,
                    workspace.randomKey ^ layerKey, probability)
            }, reads: [input.slot], writes: [output.slot])
        return output
    }
}
