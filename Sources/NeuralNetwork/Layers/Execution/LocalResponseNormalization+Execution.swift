import COneDNN

extension LocalResponseNormalization {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        let output = builder.newValue(input.layout)
        let primitive = forward(input.layout)
        var writes = [(DNNL_ARG_DST, output)]
        if let layout = primitive.workspace {
            let workspace = builder.newValue(layout)
            builder.save(workspace, "workspace", for: node)
            writes.append((DNNL_ARG_WORKSPACE, workspace))
        }
        builder.append(primitive, reads: [(DNNL_ARG_SRC, input)], writes: writes)
        builder.setOutput(output, of: node)
        builder.save(input, "input", for: node)
        builder.save(primitive, for: node)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.saved(node, "input")
        let gradient = builder.value(builder.outputGradient(node), in: input.layout)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let inputGradient = builder.newValue(input.layout)
        var operation = dnnl_lrn_desc_t()
        withUnsafePointer(to: input.layout.descriptor) { layout in
            OneDNN.check(
                dnnl_lrn_backward_desc_init(
                    &operation, dnnl_lrn_across_channels, layout, layout, dnnl_dim_t(size), Float(alpha), Float(beta),
                    Float(k)), "dnnl_lrn_backward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation, forward: builder.savedPrimitive(node)) else {
            preconditionFailure("oneDNN has no gradient of \(self)")
        }
        var reads = [(DNNL_ARG_SRC, input), (DNNL_ARG_DIFF_DST, gradient)]
        if let workspace = builder.savedIfAny(node, "workspace") { reads.append((DNNL_ARG_WORKSPACE, workspace)) }
        builder.append(primitive, reads: reads, writes: [(DNNL_ARG_DIFF_SRC, inputGradient)])
        builder.addGradient(inputGradient, to: source)
    }

    private func forward(_ layout: Layout) -> Primitive {
        var operation = dnnl_lrn_desc_t()
        withUnsafePointer(to: layout.descriptor) { layout in
            OneDNN.check(
                dnnl_lrn_forward_desc_init(
                    &operation, dnnl_forward_training, dnnl_lrn_across_channels, layout, dnnl_dim_t(size),
                    Float(alpha), Float(beta), Float(k)), "dnnl_lrn_forward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation) else {
            preconditionFailure("oneDNN has no local response normalisation \(self) on \(layout.shape)")
        }
        return primitive
    }
}
