import CKernels

extension Multiplication {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        if let (maps, numbers) = builder.channelBroadcast(node) {
            let product = builder.append(builder.usual(builder.value(maps)), timesByChannel: builder.value(numbers))
            return builder.setOutput(product, of: node)
        }
        let (a, b) = inputs(node, builder)
        builder.setOutput(builder.append(productOf: a, and: b), of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let sources = builder.network.nodes[node].inputs
        if let (maps, numbers) = builder.channelBroadcast(node) {
            let value = builder.usual(builder.value(maps))
            let gradient = builder.value(builder.outputGradient(node), in: value.layout)
            if builder.wantsGradient(maps) {
                builder.addGradient(builder.append(gradient, timesByChannel: builder.value(numbers)), to: maps)
            }
            if builder.wantsGradient(numbers) {
                builder.addGradient(builder.append(channelSumsOf: gradient, times: value), likeNumbersOf: numbers)
            }
            return
        }
        let (a, b) = inputs(node, builder)
        let gradient = builder.value(builder.outputGradient(node), in: a.layout)
        for (source, factor) in [(sources[0], b), (sources[1], a)] where builder.wantsGradient(source) {
            builder.addGradient(builder.append(productOf: gradient, and: factor), to: source)
        }
    }

    /// Two values of equal shape, in one layout that our loops know.
    private func inputs(_ node: Int, _ builder: PlanBuilder) -> (Value, Value) {
        let sources = builder.network.nodes[node].inputs
        let first = builder.usual(builder.value(sources[0]))
        return (first, builder.value(builder.value(sources[1]), in: first.layout))
    }
}

extension PlanBuilder {
    /// The product of two values of the same layout, element by element.
    fileprivate func append(productOf a: Value, and b: Value) -> Value {
        let product = newValue(a.layout)
        let count = a.layout.paddedCount
        append(
            .kernel { workspace in
                ck_multiply(
                    workspace.floats(product.slot).baseAddress, workspace.floats(a.slot).baseAddress,
                    workspace.floats(b.slot).baseAddress, count)
            }, reads: [a.slot, b.slot], writes: [product.slot])
        return product
    }
}
