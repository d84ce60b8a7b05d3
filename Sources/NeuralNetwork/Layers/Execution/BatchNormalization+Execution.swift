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
                    scale + blocks * block, samples, blocks, positions, block)
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
                    blocks, positions, block)
            }, reads: [gradient.slot, table.slot, zeros.slot], writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: source)
    }

    // MARK: - Training: statistics of the whole batch, over all chunks

    private func appendTrainingForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        let output = builder.newValue(input.layout)
        let (_, blocks, positions, block) = input.layout.extents
        let padded = blocks * block
        let (channels, epsilon) = (channels, epsilon)
        // Two doubles a channel: sums of x and x², then the batch's mean and biased variance.
        let sums = builder.newValue(.plain([4 * padded]))
        let table = builder.newValue(.plain([2 * padded]))
        let learned = parameterConstants(node, builder, padded)
        builder.append(
            .synchronized(
                each: { workspace in
                    let sum = workspace.doubles(sums.slot)
                    sum.update(repeating: 0)
                    ck_channel_sums(
                        sum.baseAddress, sum.baseAddress! + padded, workspace.floats(input.slot).baseAddress,
                        workspace.validSamples, blocks, positions, block)
                },
                combine: { workspaces in
                    addUp(workspaces, sums.slot, 2 * padded)
                    let count = Double(workspaces.reduce(0) { $0 + $1.validSamples } * positions)
                    for workspace in workspaces {
                        let (sum, scale) = (workspace.doubles(sums.slot), workspace.floats(table.slot))
                        for channel in 0..<channels {
                            let mean = sum[channel] / count
                            let variance = max(sum[padded + channel] / count - mean * mean, 0)
                            let factor =
                                Double(workspace.floats(learned.scale.slot)[channel])
                                / (variance + epsilon).squareRoot()
                            scale[channel] = Float(factor)
                            scale[padded + channel] =
                                Float(Double(workspace.floats(learned.shift.slot)[channel]) - mean * factor)
                            sum[channel] = mean
                            sum[padded + channel] = variance
                        }
                        for channel in channels..<padded { (scale[channel], scale[padded + channel]) = (0, 0) }
                    }
                }), reads: [input.slot, learned.scale.slot, learned.shift.slot], writes: [sums.slot, table.slot])
        builder.append(
            .kernel { workspace in
                let scale = workspace.floats(table.slot).baseAddress!
                ck_channel_affine(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, scale,
                    scale + padded, workspace.validSamples, blocks, positions, block)
                workspace.clearSamples(output, from: workspace.validSamples)
            }, reads: [input.slot, table.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
        builder.save(sums, "statistics", for: node)
        builder.save(learned.scale, "scale", for: node)
        builder.setBatchStatistics(sums, of: node, channels: channels, paddedChannels: padded, positions: positions)
    }

    /// With `x̂ = (x − mean) / √(variance + ε)` and n values a channel:
    /// `∂x = scale / √(variance + ε) · (∂y − Σ∂y / n − x̂ · Σ(∂y·x̂) / n)`.
    private func appendTrainingBackward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        let gradient = builder.value(builder.outputGradient(node), in: input.layout)
        let inputGradient = builder.newValue(input.layout)
        let (_, blocks, positions, block) = input.layout.extents
        let padded = blocks * block
        let (channels, epsilon) = (channels, epsilon)
        let statistics = builder.saved(node, "statistics")
        let scale = builder.saved(node, "scale")
        let sums = builder.newValue(.plain([4 * padded]))
        let table = builder.newValue(.plain([3 * padded]))
        let scaleGradient = builder.newValue(.plain([channels]))
        let shiftGradient = builder.newValue(.plain([channels]))
        builder.append(
            .synchronized(
                each: { workspace in
                    let sum = workspace.doubles(sums.slot)
                    sum.update(repeating: 0)
                    ck_channel_products(
                        sum.baseAddress, sum.baseAddress! + padded, workspace.floats(gradient.slot).baseAddress,
                        workspace.floats(input.slot).baseAddress, workspace.validSamples, blocks, positions, block)
                },
                combine: { workspaces in
                    addUp(workspaces, sums.slot, 2 * padded)
                    let count = Double(workspaces.reduce(0) { $0 + $1.validSamples } * positions)
                    for (position, workspace) in workspaces.enumerated() {
                        let (sum, moments) = (workspace.doubles(sums.slot), workspace.doubles(statistics.slot))
                        let factors = workspace.floats(table.slot)
                        factors.update(repeating: 0)
                        for channel in 0..<channels {
                            let mean = moments[channel]
                            let inverse = 1 / (moments[padded + channel] + epsilon).squareRoot()
                            let total = sum[channel]
                            let product = (sum[padded + channel] - mean * total) * inverse
                            let factor = Double(workspace.floats(scale.slot)[channel]) * inverse
                            let slope = -factor * inverse * product / count
                            factors[channel] = Float(factor)
                            factors[padded + channel] = Float(slope)
                            factors[2 * padded + channel] = Float(-factor * total / count - slope * mean)
                            // Each chunk's gradients are added up later: the first one carries the whole sum.
                            workspace.floats(scaleGradient.slot)[channel] = position == 0 ? Float(product) : 0
                            workspace.floats(shiftGradient.slot)[channel] = position == 0 ? Float(total) : 0
                        }
                    }
                }), reads: [gradient.slot, input.slot, statistics.slot, scale.slot],
            writes: [sums.slot, table.slot, scaleGradient.slot, shiftGradient.slot])
        if builder.wantsWeightGradients(node) {
            builder.setWeightGradient(scaleGradient, of: node, "weight", shape: [channels])
            builder.setWeightGradient(shiftGradient, of: node, "bias", shape: [channels])
        }
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        builder.append(
            .kernel { workspace in
                let factors = workspace.floats(table.slot).baseAddress!
                ck_channel_combine(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(gradient.slot).baseAddress,
                    workspace.floats(input.slot).baseAddress, factors, factors + padded, factors + 2 * padded,
                    workspace.validSamples, blocks, positions, block)
                workspace.clearSamples(inputGradient, from: workspace.validSamples)
            }, reads: [gradient.slot, input.slot, table.slot], writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: source)
    }

    private func parameterConstants(
        _ node: Int, _ builder: PlanBuilder, _ padded: Int
    ) -> (scale: Value, shift: Value) {
        let channels = channels
        func constant(_ parameter: String) -> Value {
            let name = builder.parameterName(node, parameter)
            return builder.constant(.plain([padded])) { memory, source in
                source.withParameter(name) {
                    memory.assumingMemoryBound(to: Float.self).update(from: $0, count: channels)
                }
            }
        }
        return (constant("weight"), constant("bias"))
    }
}

/// Adds up each chunk's doubles in chunk order and gives every chunk the sum.
private func addUp(_ workspaces: [Workspace], _ slot: Int, _ count: Int) {
    let total = workspaces[0].doubles(slot)
    for workspace in workspaces.dropFirst() {
        let part = workspace.doubles(slot)
        for index in 0..<count { total[index] += part[index] }
    }
    for workspace in workspaces.dropFirst() {
        let part = workspace.doubles(slot)
        for index in 0..<count { part[index] = total[index] }
    }
}

extension Workspace {
    /// A slot's memory as doubles.
    fileprivate func doubles(_ slot: Int) -> UnsafeMutableBufferPointer<Double> {
        UnsafeMutableBufferPointer(
            start: pointer(slot).assumingMemoryBound(to: Double.self), count: plan.slots[slot].byteCount / 8)
    }

    /// Sets the samples that only fill the batch to zero.
    fileprivate func clearSamples(_ value: Value, from first: Int) {
        let samples = value.layout.shape[0]
        guard first < samples else { return }
        let perSample = value.layout.paddedCount / samples
        UnsafeMutableBufferPointer(rebasing: floats(value.slot)[first * perSample..<samples * perSample])
            .update(repeating: 0)
    }
}
