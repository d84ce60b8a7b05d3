import CKernels

extension Flatten {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        guard isChannelsLast else { return builder.appendReshape(node) }
        let maps = builder.plain(builder.input(node))
        let (channels, positions) = extents(of: maps.layout.shape)
        let features = builder.newValue(.plain(builder.shape(node)))
        builder.appendTransposition(of: maps, to: features, rows: channels, columns: positions)
        builder.setOutput(features, of: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        guard isChannelsLast else { return builder.appendReshapeBackward(node) }
        let gradient = builder.plain(builder.outputGradient(node))
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let shape = builder.value(source).layout.shape
        let (channels, positions) = extents(of: shape)
        let mapGradient = builder.newValue(.plain(shape))
        builder.appendTransposition(of: gradient, to: mapGradient, rows: positions, columns: channels)
        builder.addGradient(mapGradient, to: source)
    }

    /// - Parameter shape: with the batch axis.
    private func extents(of shape: [Int]) -> (channels: Int, positions: Int) {
        (shape[1], shape.dropFirst(2).reduce(1, *))
    }
}

extension Reshape {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { builder.appendReshape(node) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { builder.appendReshapeBackward(node) }
}

extension PlanBuilder {
    /// The same memory under another shape.
    fileprivate func appendReshape(_ node: Int) {
        setOutput(Value(slot: plain(input(node)).slot, layout: .plain(shape(node))), of: node)
    }

    /// Each sample's matrix with its columns as rows; both values in row-major order.
    fileprivate func appendTransposition(of matrices: Value, to transposed: Value, rows: Int, columns: Int) {
        let samples = matrices.layout.shape[0]
        append(
            .kernel { workspace in
                let (source, target) = (workspace.floats(matrices.slot), workspace.floats(transposed.slot))
                for sample in 0..<samples {
                    let start = sample * rows * columns
                    for row in 0..<rows {
                        for column in 0..<columns {
                            target[start + column * rows + row] = source[start + row * columns + column]
                        }
                    }
                }
            }, reads: [matrices.slot], writes: [transposed.slot])
    }

    fileprivate func appendReshapeBackward(_ node: Int) {
        let gradient = plain(outputGradient(node))
        let source = network.nodes[node].inputs[0]
        guard wantsGradient(source) else { return }
        addGradient(Value(slot: gradient.slot, layout: .plain(value(source).layout.shape)), to: source)
    }
}

extension ZeroPadding {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.usual(builder.input(node))
        let shape = builder.shape(node)
        let output = builder.newValue(input.layout.isPlain ? .plain(shape) : .blocked(shape))
        let frame = frame(of: input.layout, output.layout)
        builder.append(
            .kernel { workspace in
                ck_frame_write(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, frame)
            }, reads: [input.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
        builder.save(input, "input", for: node)
        builder.save(output, "output", for: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let (input, output) = (builder.saved(node, "input").layout, builder.output(node).layout)
        let gradient = builder.value(builder.outputGradient(node), in: output)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let inputGradient = builder.newValue(input)
        let frame = frame(of: input, output)
        builder.append(
            .kernel { workspace in
                ck_frame_read(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(gradient.slot).baseAddress,
                    frame)
            }, reads: [gradient.slot], writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: source)
    }

    private func frame(of input: Layout, _ output: Layout) -> ck_frame {
        let extents = input.extents
        return ck_frame(
            planes: extents.samples * extents.blocks, block: extents.block, height: input.shape[2],
            width: input.shape[3], top: leading[0], left: leading[1], outer_height: output.shape[2],
            outer_width: output.shape[3])
    }
}

extension IdentityShortcut {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.usual(builder.input(node))
        let shape = builder.shape(node)
        let output = builder.newValue(input.layout.isPlain ? .plain(shape) : .blocked(shape))
        let shortcut = shortcut(of: input.layout, output.layout)
        builder.append(
            .kernel { workspace in
                ck_shortcut(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress, shortcut)
            }, reads: [input.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
        builder.save(input, "input", for: node)
        builder.save(output, "output", for: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let (input, output) = (builder.saved(node, "input").layout, builder.output(node).layout)
        let gradient = builder.value(builder.outputGradient(node), in: output)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let inputGradient = builder.newValue(input)
        let shortcut = shortcut(of: input, output)
        builder.append(
            .kernel { workspace in
                ck_shortcut_backward(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(gradient.slot).baseAddress,
                    shortcut)
            }, reads: [gradient.slot], writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: source)
    }

    private func shortcut(of input: Layout, _ output: Layout) -> ck_shortcut_shape {
        ck_shortcut_shape(
            samples: input.shape[0], channels: input.shape[1], height: input.shape[2], width: input.shape[3],
            channels_before: channelsBefore, outer_channels: output.shape[1], outer_height: output.shape[2],
            outer_width: output.shape[3], row_stride: stride[0], column_stride: stride[1], block: input.extents.block)
    }
}
