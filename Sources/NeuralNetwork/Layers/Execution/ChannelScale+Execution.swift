import CKernels

extension ChannelScale {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let (weight, bias) = (builder.parameterName(node, "weight"), builder.parameterName(node, "bias"))
        let channels = channels
        builder.appendChannelAffine(node) { source in
            var (scale, shift): ([Float], [Float]) = ([], [])
            source.withParameter(weight) { scale = Array(UnsafeBufferPointer(start: $0, count: channels)) }
            source.withParameter(bias) { shift = Array(UnsafeBufferPointer(start: $0, count: channels)) }
            return (scale, shift)
        }
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.throughReLU(builder.absorbed(by: node).relu, node, builder.outputGradient(node))
        if builder.wantsWeightGradients(node) { appendWeightGradients(node, gradient, to: builder) }
        builder.appendChannelAffineBackward(node, gradient)
    }

    private func appendWeightGradients(_ node: Int, _ gradient: Value, to builder: PlanBuilder) {
        let input = builder.input(node)
        let outputGradient = builder.value(gradient, in: input.layout)
        let (samples, blocks, positions, block) = input.layout.extents
        let scaleGradient = builder.newValue(.plain([channels]))
        let shiftGradient = builder.newValue(.plain([channels]))
        let channels = channels
        builder.append(
            .kernel { workspace in
                let padded = blocks * block
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * padded) { sums in
                    sums.initialize(repeating: 0)
                    ck_channel_products(
                        sums.baseAddress, sums.baseAddress! + padded, workspace.floats(outputGradient.slot).baseAddress,
                        workspace.floats(input.slot).baseAddress, nil, nil, samples, blocks, positions, block)
                    for channel in 0..<channels {
                        workspace.floats(shiftGradient.slot)[channel] = Float(sums[channel])
                        workspace.floats(scaleGradient.slot)[channel] = Float(sums[padded + channel])
                    }
                }
            }, reads: [input.slot, outputGradient.slot], writes: [scaleGradient.slot, shiftGradient.slot])
        builder.setWeightGradient(scaleGradient, of: node, "weight", shape: [channels])
        builder.setWeightGradient(shiftGradient, of: node, "bias", shape: [channels])
    }
}

extension PlanBuilder {
    /// A factor and an offset for each channel of a node's input, and the ReLU that the node has absorbed.
    func appendChannelAffine(
        _ node: Int, factors: @escaping @Sendable (any WeightSource) -> (scale: [Float], shift: [Float])
    ) {
        let input = input(node)
        let output = newValue(input.layout)
        let (samples, blocks, positions, block) = input.layout.extents
        let isFollowedByReLU = absorbed(by: node).relu != nil
        let table = constant(.plain([2, blocks * block])) { memory, source in
            let (scale, shift) = factors(source)
            let target = memory.assumingMemoryBound(to: Float.self)
            for channel in scale.indices {
                target[channel] = scale[channel]
                target[blocks * block + channel] = shift[channel]
            }
        }
        append(
            .kernel { workspace in
                let scale = workspace.floats(table.slot).baseAddress!
                ck_channel_affine(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, scale,
                    scale + blocks * block, samples, blocks, positions, block, isFollowedByReLU ? 1 : 0)
            }, reads: [input.slot, table.slot], writes: [output.slot])
        setOutput(output, of: node)
        save(output, "output", for: node)
        save(table, "table", for: node)
    }

    /// Hands a gradient back through `appendChannelAffine` (without its ReLU).
    func appendChannelAffineBackward(_ node: Int, _ gradient: Value) {
        let layout = input(node).layout
        let outputGradient = value(gradient, in: layout)
        let source = network.nodes[node].inputs[0]
        guard wantsGradient(source) else { return }
        let inputGradient = newValue(layout)
        let (samples, blocks, positions, block) = layout.extents
        let table = saved(node, "table")
        let zeros = constant(.plain([blocks * block])) { _, _ in }
        append(
            .kernel { workspace in
                ck_channel_affine(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(outputGradient.slot).baseAddress,
                    workspace.floats(table.slot).baseAddress, workspace.floats(zeros.slot).baseAddress, samples,
                    blocks, positions, block, 0)
            }, reads: [outputGradient.slot, table.slot, zeros.slot], writes: [inputGradient.slot])
        addGradient(inputGradient, to: source)
    }
}
