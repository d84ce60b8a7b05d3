import COneDNN

extension Softmax {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        SoftmaxPrimitives(isLogarithm: false).appendForward(node, to: builder)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        SoftmaxPrimitives(isLogarithm: false).appendBackward(node, to: builder)
    }
}

extension LogSoftmax {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        SoftmaxPrimitives(isLogarithm: true).appendForward(node, to: builder)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        SoftmaxPrimitives(isLogarithm: true).appendBackward(node, to: builder)
    }
}

private struct SoftmaxPrimitives {
    let isLogarithm: Bool

    func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.plain(builder.input(node))
        let output = builder.newValue(input.layout)
        let primitive = forward(input.layout)
        builder.append(primitive, reads: [(DNNL_ARG_SRC, input)], writes: [(DNNL_ARG_DST, output)])
        builder.setOutput(output, of: node)
        builder.save(output, "output", for: node)
        builder.save(primitive, for: node)
    }

    func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.plain(builder.outputGradient(node))
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let output = builder.output(node)
        let inputGradient = builder.newValue(output.layout)
        var operation = dnnl_softmax_desc_t()
        withUnsafePointer(to: output.layout.descriptor) { layout in
            OneDNN.check(
                isLogarithm
                    ? dnnl_logsoftmax_backward_desc_init(&operation, layout, layout, 1)
                    : dnnl_softmax_backward_desc_init(&operation, layout, layout, 1), "dnnl_softmax_backward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation, forward: builder.savedPrimitive(node)) else {
            preconditionFailure("oneDNN has no gradient of softmax on \(output.layout.shape)")
        }
        builder.append(
            primitive, reads: [(DNNL_ARG_DST, output), (DNNL_ARG_DIFF_DST, gradient)],
            writes: [(DNNL_ARG_DIFF_SRC, inputGradient)])
        builder.addGradient(inputGradient, to: source)
    }

    private func forward(_ layout: Layout) -> Primitive {
        var operation = dnnl_softmax_desc_t()
        withUnsafePointer(to: layout.descriptor) { layout in
            OneDNN.check(
                isLogarithm
                    ? dnnl_logsoftmax_forward_desc_init(&operation, dnnl_forward_training, layout, 1)
                    : dnnl_softmax_forward_desc_init(&operation, dnnl_forward_training, layout, 1),
                "dnnl_softmax_forward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation) else {
            preconditionFailure("oneDNN has no softmax on \(layout.shape)")
        }
        return primitive
    }
}
