import COneDNN

extension Convolution {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let absorbed = builder.absorbed(by: node)
        let input = builder.input(node)
        let primitives = ConvolutionPrimitives(
            self, inputShape: input.layout.shape, outputShape: builder.shape(node),
            algorithm: builder.request.algorithm)
        let forward = primitives.forward(
            inputIsPlain: input.layout.isPlain, relu: builder.relu(absorbed))
        let source = builder.value(input, in: forward.input)
        let output = builder.newValue(forward.output)
        let folding = Folding(
            builder: builder, node: node, normalization: absorbed.normalization, weightCount: weightCount)
        let weights = builder.constant(forward.weights, preparingWeights(folding, to: forward.weights))
        let bias = builder.constant(.plain([outputChannels])) { memory, source in folding.writeBias(to: memory, source)
        }
        builder.append(
            forward.primitive,
            reads: [(DNNL_ARG_SRC, source), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias)],
            writes: [(DNNL_ARG_DST, output)])
        let result = builder.usual(output)
        builder.setOutput(result, of: node)
        builder.save(result, "output", for: node)
        if builder.wantsWeightGradients(node) { builder.save(source, "input", for: node) }
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let absorbed = builder.absorbed(by: node)
        let source = builder.network.nodes[node].inputs[0]
        let gradient = builder.throughReLU(absorbed.relu, node, builder.outputGradient(node))
        let primitives = ConvolutionPrimitives(
            self, inputShape: builder.input(node).layout.shape, outputShape: builder.shape(node),
            algorithm: builder.request.algorithm)
        if builder.wantsWeightGradients(node) {
            appendWeightGradient(node, primitives, gradient, to: builder)
        }
        guard builder.wantsGradient(source) else { return }
        let backward = primitives.backwardData()
        let outputGradient = builder.value(gradient, in: backward.output)
        let inputGradient = builder.newValue(backward.input)
        let folding = Folding(
            builder: builder, node: node, normalization: absorbed.normalization, weightCount: weightCount)
        let weights = builder.constant(backward.weights, preparingWeights(folding, to: backward.weights))
        builder.append(
            backward.primitive, reads: [(DNNL_ARG_DIFF_DST, outputGradient), (DNNL_ARG_WEIGHTS, weights)],
            writes: [(DNNL_ARG_DIFF_SRC, inputGradient)])
        builder.addGradient(builder.usual(inputGradient), to: source)
    }

    private func appendWeightGradient(
        _ node: Int, _ primitives: ConvolutionPrimitives, _ gradient: Value, to builder: PlanBuilder
    ) {
        let input = builder.saved(node, "input")
        let backward = primitives.backwardWeights(input: input.layout)
        let source = builder.value(input, in: backward.input)
        let outputGradient = builder.value(gradient, in: backward.output)
        let weightGradient = builder.newValue(backward.weights)
        let biasGradient = builder.newValue(.plain([outputChannels]))
        builder.append(
            backward.primitive, reads: [(DNNL_ARG_SRC, source), (DNNL_ARG_DIFF_DST, outputGradient)],
            writes: [(DNNL_ARG_DIFF_WEIGHTS, weightGradient), (DNNL_ARG_DIFF_BIAS, biasGradient)])
        let plain = builder.plain(weightGradient)
        builder.setWeightGradient(plain, of: node, "weight", shape: parameters[0].shape)
        if hasBias { builder.setWeightGradient(biasGradient, of: node, "bias", shape: [outputChannels]) }
    }

    private var weightCount: Int { parameters[0].shape.reduce(1, *) }

    /// Folds and reorders the weights into the layout a primitive wants.
    private func preparingWeights(
        _ folding: Folding, to layout: Layout
    ) -> @Sendable (UnsafeMutableRawPointer, any WeightSource) -> Void {
        let reorder = Reorder(from: .plain(layout.shape), to: layout)
        return { memory, source in
            folding.withWeights(source) { reorder.run(from: UnsafeMutableRawPointer(mutating: $0), to: memory) }
        }
    }
}

/// Runs a copy between layouts outside of a plan.
struct Reorder: Sendable {
    private let primitive: Primitive
    private let source: Layout
    private let target: Layout

    init(from source: Layout, to target: Layout) {
        self.source = source
        self.target = target
        primitive = Primitive(reorderFrom: source, to: target)
    }

    func run(from: UnsafeMutableRawPointer, to: UnsafeMutableRawPointer) {
        OneDNN.useOneThread()
        var stream: dnnl_stream_t?
        OneDNN.check(
            dnnl_stream_create(&stream, OneDNN.engine, UInt32(dnnl_stream_in_order.rawValue)), "dnnl_stream_create")
        defer { dnnl_stream_destroy(stream) }
        let scratch = AlignedMemory(byteCount: primitive.scratchBytes)
        let layouts = [
            (DNNL_ARG_FROM, source, from), (DNNL_ARG_TO, target, to),
            (DNNL_ARG_SCRATCHPAD, primitive.scratchLayout, scratch.base),
        ]
        let arguments = layouts.map { argument, layout, pointer -> dnnl_exec_arg_t in
            var memory: dnnl_memory_t?
            withUnsafePointer(to: layout.descriptor) {
                OneDNN.check(dnnl_memory_create(&memory, $0, OneDNN.engine, pointer), "dnnl_memory_create")
            }
            return dnnl_exec_arg_t(arg: argument, memory: memory)
        }
        defer { for argument in arguments { dnnl_memory_destroy(argument.memory) } }
        arguments.withUnsafeBufferPointer { primitive.execute(stream!, $0) }
    }
}
