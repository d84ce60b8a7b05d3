import CKernels

/// Maps, in a layout that our loops know, with one number for each sample and channel.
extension PlanBuilder {
    /// The two inputs of a node that joins maps with one number for each channel; `nil` where their shapes are equal.
    func channelBroadcast(_ node: Int) -> (maps: Network.Source, numbers: Network.Source)? {
        guard network.joinsByChannel(node) else { return nil }
        let inputs = network.nodes[node].inputs
        let maps = ChannelBroadcast.mapsIndex(inputs.map { value($0).layout.shape })
        return (inputs[maps], inputs[1 - maps])
    }

    /// Maps times one number for each sample and channel.
    func append(_ maps: Value, timesByChannel factors: Value) -> Value {
        append(maps, byChannel: factors) { factors, scale, _, count in scale.update(from: factors, count: count) }
    }

    /// Maps plus one number for each sample and channel.
    func append(_ maps: Value, plusByChannel offsets: Value) -> Value {
        append(maps, byChannel: offsets) { offsets, scale, shift, count in
            scale.update(repeating: 1, count: count)
            shift.update(from: offsets, count: count)
        }
    }

    /// - Parameter fill: sets the factors and offsets of a sample's channels, which are zero, from its numbers.
    private func append(
        _ maps: Value, byChannel numbers: Value,
        _ fill:
            @escaping @Sendable (
                _ numbers: UnsafePointer<Float>, _ scale: UnsafeMutablePointer<Float>,
                _ shift: UnsafeMutablePointer<Float>,
                _ count: Int
            ) -> Void
    ) -> Value {
        let output = newValue(maps.layout)
        let (samples, blocks, positions, block) = maps.layout.extents
        let channels = maps.layout.shape[1]
        let numbers = plain(numbers)
        append(
            .kernel { workspace in
                let numbers = workspace.floats(numbers.slot).baseAddress!
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * blocks * block) { table in
                    table.initialize(repeating: 0)
                    let (scale, shift) = (table.baseAddress!, table.baseAddress! + blocks * block)
                    for sample in 0..<samples {
                        let offset = sample * blocks * block * positions
                        fill(numbers + sample * channels, scale, shift, channels)
                        ck_channel_affine(
                            workspace.floats(output.slot).baseAddress! + offset,
                            workspace.floats(maps.slot).baseAddress! + offset, scale, shift, 1, blocks, positions,
                            block, 0)
                    }
                }
            }, reads: [maps.slot, numbers.slot], writes: [output.slot])
        return output
    }

    /// For each sample and channel the sum over the map, or over the map of a product: `[samples, channels]`.
    /// - Parameter factors: of the same layout; `nil` sums the maps themselves.
    func append(channelSumsOf maps: Value, times factors: Value? = nil) -> Value {
        let (samples, blocks, positions, block) = maps.layout.extents
        let channels = maps.layout.shape[1]
        let sums = newValue(.plain([samples, channels]))
        let isProduct = factors != nil
        let factors = factors ?? maps
        append(
            .kernel { workspace in
                let target = workspace.floats(sums.slot)
                withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * blocks * block) { table in
                    let (ofMaps, ofProducts) = (table.baseAddress!, table.baseAddress! + blocks * block)
                    let wanted = isProduct ? ofProducts : ofMaps
                    for sample in 0..<samples {
                        let offset = sample * blocks * block * positions
                        table.initialize(repeating: 0)
                        ck_channel_products(
                            ofMaps, ofProducts, workspace.floats(maps.slot).baseAddress! + offset,
                            workspace.floats(factors.slot).baseAddress! + offset, nil, nil, 1, blocks, positions, block)
                        for channel in 0..<channels {
                            target[sample * channels + channel] = Float(wanted[channel])
                        }
                    }
                }
            }, reads: [maps.slot, factors.slot], writes: [sums.slot])
        return sums
    }

    /// Adds a gradient `[samples, channels]` to that of a value with one number for each channel, however it is shaped.
    func addGradient(_ sums: Value, likeNumbersOf source: Network.Source) {
        addGradient(Value(slot: sums.slot, layout: .plain(value(source).layout.shape)), to: source)
    }
}

extension Network {
    /// Whether a node joins values of different shapes, by an `Addition` or `Multiplication`.
    func joinsByChannel(_ node: Int) -> Bool {
        let inputs = nodes[node].inputs.map { source in
            if case .node(let index) = source { shapes[index] } else { inputShape }
        }
        return inputs.contains { $0 != inputs[0] }
    }
}
