import CKernels

extension Flatten {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.plain(builder.input(node))
        builder.setOutput(Value(slot: input.slot, layout: .plain(builder.shape(node))), of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.plain(builder.outputGradient(node))
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        builder.addGradient(
            Value(slot: gradient.slot, layout: .plain(builder.value(source).layout.shape)), to: source)
    }
}

extension Addition {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let inputs = builder.network.nodes[node].inputs.map { builder.value($0) }
        var sum = inputs[0]
        for input in inputs.dropFirst() {
            sum = builder.append(sumOf: sum, and: builder.value(input, in: sum.layout))
        }
        builder.setOutput(sum, of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.outputGradient(node)
        for source in builder.network.nodes[node].inputs where builder.wantsGradient(source) {
            builder.addGradient(gradient, to: source)
        }
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
