import CKernels

extension Addition {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        if let (maps, numbers) = builder.channelBroadcast(node) {
            let sum = builder.append(builder.usual(builder.value(maps)), plusByChannel: builder.value(numbers))
            return builder.setOutput(sum, of: node)
        }
        let inputs = builder.network.nodes[node].inputs.map { builder.value($0) }
        let relu = builder.relu(builder.absorbed(by: node))
        var sum = inputs[0]
        for (index, input) in inputs.enumerated().dropFirst() {
            sum = builder.append(
                sumOf: sum, and: builder.value(input, in: sum.layout), relu: index == inputs.count - 1 ? relu : nil)
        }
        builder.setOutput(sum, of: node)
        builder.save(sum, "output", for: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        if let (maps, numbers) = builder.channelBroadcast(node) {
            let gradient = builder.usual(builder.outputGradient(node))
            if builder.wantsGradient(maps) { builder.addGradient(gradient, to: maps) }
            if builder.wantsGradient(numbers) {
                builder.addGradient(builder.append(channelSumsOf: gradient), likeNumbersOf: numbers)
            }
            return
        }
        let gradient = builder.throughReLU(builder.absorbed(by: node).relu, node, builder.outputGradient(node))
        for source in builder.network.nodes[node].inputs where builder.wantsGradient(source) {
            builder.addGradient(gradient, to: source)
        }
    }
}

extension PlanBuilder {
    /// The sum of two values of the same layout, after a ReLU if there is one.
    func append(sumOf a: Value, and b: Value, relu: ReLU? = nil) -> Value {
        let sum = newValue(a.layout)
        let count = a.layout.paddedCount
        append(
            .kernel { workspace in
                let sum = workspace.floats(sum.slot).baseAddress
                let (a, b) = (workspace.floats(a.slot).baseAddress, workspace.floats(b.slot).baseAddress)
                if let relu { ck_add_relu(sum, a, b, count, relu.kernelLimit) } else { ck_add(sum, a, b, count) }
            }, reads: [a.slot, b.slot], writes: [sum.slot])
        return sum
    }
}

extension Concatenation {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let inputs = builder.network.nodes[node].inputs.map { builder.value($0) }
        let parts = inputs.map { builder.value($0, in: layout($0.layout.shape, inputs)) }
        let output = builder.newValue(layout(builder.shape(node), inputs))
        builder.append(
            .kernel { workspace in
                copy(parts, output) { part, whole, count, partOffset, wholeOffset in
                    (workspace.floats(whole.slot).baseAddress! + wholeOffset).update(
                        from: workspace.floats(part.slot).baseAddress! + partOffset, count: count)
                }
            }, reads: parts.map(\.slot), writes: [output.slot])
        builder.setOutput(output, of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let sources = builder.network.nodes[node].inputs
        let inputs = sources.map { builder.value($0) }
        let gradient = builder.value(builder.outputGradient(node), in: layout(builder.shape(node), inputs))
        let parts = inputs.map { builder.newValue(layout($0.layout.shape, inputs)) }
        builder.append(
            .kernel { workspace in
                copy(parts, gradient) { part, whole, count, partOffset, wholeOffset in
                    (workspace.floats(part.slot).baseAddress! + partOffset).update(
                        from: workspace.floats(whole.slot).baseAddress! + wholeOffset, count: count)
                }
            }, reads: [gradient.slot], writes: parts.map(\.slot))
        for (source, part) in zip(sources, parts) where builder.wantsGradient(source) {
            builder.addGradient(part, to: source)
        }
    }

    /// Blocked when every part is whole blocks of channels, row-major otherwise.
    private func layout(_ shape: [Int], _ inputs: [Value]) -> Layout {
        inputs.allSatisfy { $0.layout.shape[1] % OneDNN.channelBlock == 0 && $0.layout.shape.count == 4 }
            ? .blocked(shape) : .plain(shape)
    }
}

/// Walks over the pieces of a concatenation: for each sample, each part's channels are one run of memory.
private func copy(_ parts: [Value], _ whole: Value, _ body: (Value, Value, Int, Int, Int) -> Void) {
    let samples = whole.layout.shape[0]
    let wholeCount = whole.layout.paddedCount / samples
    for sample in 0..<samples {
        var offset = sample * wholeCount
        for part in parts {
            let count = part.layout.paddedCount / samples
            body(part, whole, count, sample * count, offset)
            offset += count
        }
    }
}
