import CKernels

extension BatchNormalization {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        if builder.request.isTraining {
            appendTrainingForward(node, to: builder)
        } else {
            appendInferenceForward(node, to: builder)
        }
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        if builder.request.isTraining {
            appendTrainingBackward(node, to: builder)
        } else {
            appendInferenceBackward(node, to: builder)
        }
    }

    // MARK: - Inference: a fixed scale and shift

    private func appendInferenceForward(_ node: Int, to builder: PlanBuilder) {
        precondition(!builder.request.weightGradients, "weights of a batch normalisation are learned in training only")
        let input = builder.input(node)
        let output = builder.newValue(input.layout)
        let (samples, blocks, positions, block) = input.layout.extents
        let (name, epsilon, channels) = (builder.network.nodes[node].name, epsilon, channels)
        let table = builder.constant(.plain([2, blocks * block])) { memory, source in
            let (scale, shift) = normalizationAffine(name, epsilon: epsilon, channels: channels, source)
            let target = memory.assumingMemoryBound(to: Float.self)
            for channel in 0..<channels {
                target[channel] = scale[channel]
                target[blocks * block + channel] = shift[channel]
            }
        }
        builder.append(
            .kernel { workspace in
                let scale = workspace.floats(table.slot).baseAddress!
                ck_channel_affine(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, scale,
                    scale + blocks * block, samples, blocks, positions, block, 0)
            }, reads: [input.slot, table.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
        builder.save(table, "table", for: node)
    }

    private func appendInferenceBackward(_ node: Int, to builder: PlanBuilder) {
        let layout = builder.input(node).layout
        let gradient = builder.value(builder.outputGradient(node), in: layout)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let inputGradient = builder.newValue(layout)
        let (samples, blocks, positions, block) = layout.extents
        let table = builder.saved(node, "table")
        let zeros = builder.constant(.plain([blocks * block])) { _, _ in }
        builder.append(
            .kernel { workspace in
                ck_channel_affine(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(gradient.slot).baseAddress,
                    workspace.floats(table.slot).baseAddress, workspace.floats(zeros.slot).baseAddress, samples,
                    blocks, positions, block, 0)
            }, reads: [gradient.slot, table.slot, zeros.slot], writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: source)
    }
}
