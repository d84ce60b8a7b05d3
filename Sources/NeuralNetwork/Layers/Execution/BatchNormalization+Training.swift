import CKernels

// Training: statistics of the whole batch, over all chunks. A ReLU and a max pooling that follow run in the same passes.

extension BatchNormalization {
    func appendTrainingForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
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
        builder.save(sums, "statistics", for: node)
        builder.save(table, "table", for: node)
        builder.save(learned.scale, "scale", for: node)
        builder.setBatchStatistics(sums, of: node, channels: channels, paddedChannels: padded, positions: positions)
        let absorbed = builder.absorbed(by: node)
        if let pooling = absorbed.pooling {
            appendPooledOutput(node, pooling, table, to: builder)
        } else {
            appendOutput(node, table, isFollowedByReLU: absorbed.relu != nil, to: builder)
        }
    }

    private func appendOutput(_ node: Int, _ table: Value, isFollowedByReLU: Bool, to builder: PlanBuilder) {
        let input = builder.input(node)
        let output = builder.newValue(input.layout)
        let (_, blocks, positions, block) = input.layout.extents
        builder.append(
            .kernel { workspace in
                let scale = workspace.floats(table.slot).baseAddress!
                ck_channel_affine(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, scale,
                    scale + blocks * block, workspace.validSamples, blocks, positions, block, isFollowedByReLU ? 1 : 0)
                workspace.clearSamples(output, from: workspace.validSamples)
            }, reads: [input.slot, table.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
    }

    private func appendPooledOutput(_ node: Int, _ pooling: Int, _ table: Value, to builder: PlanBuilder) {
        let input = builder.input(node)
        let shape = builder.shape(pooling)
        let output = builder.newValue(input.layout.isPlain ? .plain(shape) : .blocked(shape))
        let chosen = builder.newValue(output.layout)
        let places = builder.newValue(.plain([(output.layout.paddedCount + 3) / 4]))
        let (_, blocks, _, block) = input.layout.extents
        let windows = windows(pooling, input.layout.shape, builder)
        builder.append(
            .kernel { workspace in
                let scale = workspace.floats(table.slot).baseAddress!
                ck_channel_affine_pool(
                    workspace.floats(output.slot).baseAddress, workspace.floats(chosen.slot).baseAddress,
                    workspace.bytes(places.slot), workspace.floats(input.slot).baseAddress, scale,
                    scale + blocks * block, workspace.validSamples, blocks, windows, block)
                workspace.clearSamples(output, from: workspace.validSamples)
            }, reads: [input.slot, table.slot], writes: [output.slot, chosen.slot, places.slot])
        builder.save(chosen, "chosen", for: node)
        builder.save(places, "places", for: node)
        builder.setOutput(output, of: node)
    }

    /// With `x̂ = (x − mean) / √(variance + ε)` and n values a channel:
    /// `∂x = scale / √(variance + ε) · (∂y − Σ∂y / n − x̂ · Σ(∂y·x̂) / n)`.
    func appendTrainingBackward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        let absorbed = builder.absorbed(by: node)
        // Behind a pooling, a window's gradient belongs to the one input that was chosen.
        let counted = absorbed.pooling == nil ? input : builder.saved(node, "chosen")
        let gradient = builder.value(builder.outputGradient(node), in: counted.layout)
        let (_, blocks, positions, block) = input.layout.extents
        let countedPositions = counted.layout.extents.positions
        let padded = blocks * block
        let (channels, epsilon) = (channels, epsilon)
        let statistics = builder.saved(node, "statistics")
        let forward = builder.saved(node, "table")
        let scale = builder.saved(node, "scale")
        let sums = builder.newValue(.plain([4 * padded]))
        let table = builder.newValue(.plain([3 * padded]))
        let scaleGradient = builder.newValue(.plain([channels]))
        let shiftGradient = builder.newValue(.plain([channels]))
        let cuts = absorbed.relu != nil
        builder.append(
            .synchronized(
                each: { workspace in
                    let sum = workspace.doubles(sums.slot)
                    sum.update(repeating: 0)
                    let affine = workspace.floats(forward.slot).baseAddress!
                    ck_channel_products(
                        sum.baseAddress, sum.baseAddress! + padded, workspace.floats(gradient.slot).baseAddress,
                        workspace.floats(counted.slot).baseAddress, cuts ? affine : nil, cuts ? affine + padded : nil,
                        workspace.validSamples, blocks, countedPositions, block)
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
                }), reads: [gradient.slot, counted.slot, statistics.slot, scale.slot, forward.slot],
            writes: [sums.slot, table.slot, scaleGradient.slot, shiftGradient.slot])
        if builder.wantsWeightGradients(node) {
            builder.setWeightGradient(scaleGradient, of: node, "weight", shape: [channels])
            builder.setWeightGradient(shiftGradient, of: node, "bias", shape: [channels])
        }
        if builder.wantsGradient(builder.network.nodes[node].inputs[0]) {
            appendInputGradient(node, gradient, factors: table, to: builder)
        }
    }

    private func appendInputGradient(_ node: Int, _ gradient: Value, factors: Value, to builder: PlanBuilder) {
        let input = builder.input(node)
        let inputGradient = builder.newValue(input.layout)
        let (_, blocks, positions, block) = input.layout.extents
        let padded = blocks * block
        let forward = builder.saved(node, "table")
        let absorbed = builder.absorbed(by: node)
        let cuts = absorbed.relu != nil
        let pooled = absorbed.pooling.map {
            (
                chosen: builder.saved(node, "chosen"), places: builder.saved(node, "places"),
                windows: windows($0, input.layout.shape, builder)
            )
        }
        builder.append(
            .kernel { workspace in
                let output = workspace.floats(inputGradient.slot).baseAddress
                let (x, dy) = (workspace.floats(input.slot).baseAddress, workspace.floats(gradient.slot).baseAddress)
                let a = workspace.floats(factors.slot).baseAddress!
                let scale = workspace.floats(forward.slot).baseAddress!
                let samples = workspace.validSamples
                if let pooled {
                    ck_channel_combine_unpool(
                        output, dy, workspace.floats(pooled.chosen.slot).baseAddress,
                        workspace.bytes(pooled.places.slot), x, a, a + padded, a + 2 * padded, scale, scale + padded,
                        samples, blocks, pooled.windows, block)
                } else {
                    ck_channel_combine(
                        output, dy, x, a, a + padded, a + 2 * padded, cuts ? scale : nil, cuts ? scale + padded : nil,
                        samples, blocks, positions, block)
                }
                workspace.clearSamples(inputGradient, from: samples)
            },
            reads: [gradient.slot, input.slot, factors.slot, forward.slot]
                + (pooled.map { [$0.chosen.slot, $0.places.slot] } ?? []),
            writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: builder.network.nodes[node].inputs[0])
    }

    /// The windows of an absorbed pooling over maps of a shape.
    private func windows(_ pooling: Int, _ shape: [Int], _ builder: PlanBuilder) -> ck_windows {
        let kernel = (builder.network.nodes[pooling].layer as! MaxPooling).pool.kernel
        return ck_windows(height: shape[2], width: shape[3], window_height: kernel[0], window_width: kernel[1])
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

    /// A slot's memory as bytes.
    fileprivate func bytes(_ slot: Int) -> UnsafeMutablePointer<UInt8> {
        pointer(slot).assumingMemoryBound(to: UInt8.self)
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
