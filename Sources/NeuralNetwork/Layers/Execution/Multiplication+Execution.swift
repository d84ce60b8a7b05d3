import CKernels

extension Multiplication {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let (a, b) = inputs(node, builder)
        let output =
            isByChannel(node, builder)
            ? builder.append(productOf: a, byChannel: b)
            : builder.append(productOf: a, and: builder.value(b, in: a.layout))
        builder.setOutput(output, of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let (a, b) = inputs(node, builder)
        let gradient = builder.value(builder.outputGradient(node), in: a.layout)
        let (first, second) = sources(node, builder)
        if isByChannel(node, builder) {
            if builder.wantsGradient(first) {
                builder.addGradient(builder.append(productOf: gradient, byChannel: b), to: first)
            }
            if builder.wantsGradient(second) {
                let sums = builder.append(channelProductsOf: gradient, and: a)
                builder.addGradient(
                    Value(slot: sums.slot, layout: .plain(builder.value(second).layout.shape)), to: second)
            }
            return
        }
        let other = builder.value(b, in: a.layout)
        for (source, factor) in [(first, other), (second, a)] where builder.wantsGradient(source) {
            builder.addGradient(builder.append(productOf: gradient, and: factor), to: source)
        }
    }

    /// The two inputs; maps come before the numbers that multiply their channels.
    private func sources(_ node: Int, _ builder: PlanBuilder) -> (Network.Source, Network.Source) {
        let inputs = builder.network.nodes[node].inputs
        let first = Self.mapsIndex(inputs.map { builder.value($0).layout.shape })
        return (inputs[first], inputs[1 - first])
    }

    private func isByChannel(_ node: Int, _ builder: PlanBuilder) -> Bool {
        let (a, b) = sources(node, builder)
        return builder.value(a).layout.shape != builder.value(b).layout.shape
    }

    /// Their values, the first in a layout that our loops know.
    private func inputs(_ node: Int, _ builder: PlanBuilder) -> (Value, Value) {
        let (a, b) = sources(node, builder)
        return (builder.usual(builder.value(a)), builder.value(b))
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

    /// Maps times one number for each sample and channel.
    fileprivate func append(productOf maps: Value, byChannel factors: Value) -> Value {
        let product = newValue(maps.layout)
        let (samples, blocks, positions, block) = maps.layout.extents
        let channels = maps.layout.shape[1]
        let factors = plain(factors)
        append(
            .kernel { workspace in
                let factors = workspace.floats(factors.slot).baseAddress!
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * blocks * block) { table in
                    table.initialize(repeating: 0)
                    for sample in 0..<samples {
                        let offset = sample * blocks * block * positions
                        table.baseAddress!.update(from: factors + sample * channels, count: channels)
                        ck_channel_affine(
                            workspace.floats(product.slot).baseAddress! + offset,
                            workspace.floats(maps.slot).baseAddress! + offset, table.baseAddress!,
                            table.baseAddress! + blocks * block, 1, blocks, positions, block, 0)
                    }
                }
            }, reads: [maps.slot, factors.slot], writes: [product.slot])
        return product
    }

    /// For each sample and channel the sum over the map of a product: `[samples, channels]`.
    fileprivate func append(channelProductsOf gradient: Value, and maps: Value) -> Value {
        let (samples, blocks, positions, block) = maps.layout.extents
        let channels = maps.layout.shape[1]
        let sums = newValue(.plain([samples, channels]))
        append(
            .kernel { workspace in
                let target = workspace.floats(sums.slot)
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * blocks * block) { table in
                    for sample in 0..<samples {
                        let offset = sample * blocks * block * positions
                        table.initialize(repeating: 0)
                        ck_channel_products(
                            table.baseAddress!, table.baseAddress! + blocks * block,
                            workspace.floats(gradient.slot).baseAddress! + offset,
                            workspace.floats(maps.slot).baseAddress! + offset, nil, nil, 1, blocks, positions, block)
                        for channel in 0..<channels {
                            target[sample * channels + channel] = Float(table[blocks * block + channel])
                        }
                    }
                }
            }, reads: [gradient.slot, maps.slot], writes: [sums.slot])
        return sums
    }
}
