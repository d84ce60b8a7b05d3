import COneDNN

extension LeakyReLU {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { function.appendForward(node, to: builder) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { function.appendBackward(node, to: builder) }

    private var function: ElementwisePrimitives { ElementwisePrimitives(dnnl_eltwise_relu, alpha: slope) }
}

extension Clip {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { function.appendForward(node, to: builder) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { function.appendBackward(node, to: builder) }

    private var function: ElementwisePrimitives {
        let largest = Double(Float.greatestFiniteMagnitude)
        return ElementwisePrimitives(dnnl_eltwise_clip, alpha: minimum ?? -largest, beta: maximum ?? largest)
    }
}

extension Sigmoid {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { function.appendForward(node, to: builder) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { function.appendBackward(node, to: builder) }

    private var function: ElementwisePrimitives { ElementwisePrimitives(dnnl_eltwise_logistic) }
}

extension Tanh {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { function.appendForward(node, to: builder) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { function.appendBackward(node, to: builder) }

    private var function: ElementwisePrimitives { ElementwisePrimitives(dnnl_eltwise_tanh) }
}

extension SiLU {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { function.appendForward(node, to: builder) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { function.appendBackward(node, to: builder) }

    private var function: ElementwisePrimitives { ElementwisePrimitives(dnnl_eltwise_swish, alpha: 1) }
}

extension Hardswish {
    public func appendForward(_ node: Int, to builder: PlanBuilder) { function.appendForward(node, to: builder) }
    public func appendBackward(_ node: Int, to builder: PlanBuilder) { function.appendBackward(node, to: builder) }

    private var function: ElementwisePrimitives { ElementwisePrimitives(dnnl_eltwise_hardswish) }
}

/// A function of each element by oneDNN, in the layout of its input.
private struct ElementwisePrimitives {
    private let algorithm: dnnl_alg_kind_t
    private let alpha: Float
    private let beta: Float

    init(_ algorithm: dnnl_alg_kind_t, alpha: Double = 0, beta: Double = 0) {
        self.algorithm = algorithm
        self.alpha = Float(alpha)
        self.beta = Float(beta)
    }

    func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        let output = builder.newValue(input.layout)
        let primitive = forward(input.layout)
        builder.append(primitive, reads: [(DNNL_ARG_SRC, input)], writes: [(DNNL_ARG_DST, output)])
        builder.setOutput(output, of: node)
        builder.save(input, "input", for: node)
        builder.save(primitive, for: node)
    }

    func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.saved(node, "input")
        let gradient = builder.value(builder.outputGradient(node), in: input.layout)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let inputGradient = builder.newValue(input.layout)
        var operation = dnnl_eltwise_desc_t()
        withUnsafePointer(to: input.layout.descriptor) { layout in
            OneDNN.check(
                dnnl_eltwise_backward_desc_init(&operation, algorithm, layout, layout, alpha, beta),
                "dnnl_eltwise_backward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation, forward: builder.savedPrimitive(node)) else {
            preconditionFailure("oneDNN has no gradient of elementwise function \(algorithm.rawValue)")
        }
        builder.append(
            primitive, reads: [(DNNL_ARG_SRC, input), (DNNL_ARG_DIFF_DST, gradient)],
            writes: [(DNNL_ARG_DIFF_SRC, inputGradient)])
        builder.addGradient(inputGradient, to: source)
    }

    private func forward(_ layout: Layout) -> Primitive {
        var operation = dnnl_eltwise_desc_t()
        withUnsafePointer(to: layout.descriptor) { layout in
            OneDNN.check(
                dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_training, algorithm, layout, alpha, beta),
                "dnnl_eltwise_forward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation) else {
            preconditionFailure("oneDNN has no elementwise function \(algorithm.rawValue) on \(layout.shape)")
        }
        return primitive
    }
}
