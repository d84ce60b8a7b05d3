import CKernels
import COneDNN

extension Linear {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let absorbed = builder.absorbed(by: node)
        let input = builder.plain(builder.input(node))
        let output = builder.newValue(.plain(builder.shape(node)))
        let folding = Folding(
            builder: builder, node: node, normalization: absorbed.normalization,
            weightCount: inputFeatures * outputFeatures)
        let primitive = forwardPrimitive(builder, relu: builder.relu(absorbed), folding)
        let weights = self.weights(node, folding, layout(of: primitive, dnnl_query_weights_md), builder)
        let bias = builder.constant(.plain([outputFeatures])) { memory, source in folding.writeBias(to: memory, source)
        }
        if isReadInPlace(folding, builder) {
            append(input, weights, bias, output, limit: builder.relu(absorbed)?.kernelLimit, to: builder)
        } else {
            builder.append(
                primitive, reads: [(DNNL_ARG_SRC, input), (DNNL_ARG_WEIGHTS, weights), (DNNL_ARG_BIAS, bias)],
                writes: [(DNNL_ARG_DST, output)])
        }
        builder.setOutput(output, of: node)
        builder.save(output, "output", for: node)
        builder.save(primitive, for: node)
        if builder.wantsWeightGradients(node) { builder.save(input, "input", for: node) }
    }

    private func forwardPrimitive(_ builder: PlanBuilder, relu: ReLU?, _ folding: Folding) -> Primitive {
        var operation = dnnl_inner_product_desc_t()
        let weights = weightLayout(folding, builder)
        withDescriptors(builder.request.batch, weights: weights) { source, weights, bias, target in
            OneDNN.check(
                dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_inference, source, weights, bias, target),
                "dnnl_inner_product_forward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation, relu: relu) else {
            preconditionFailure("oneDNN has no inner product for \(self)")
        }
        return primitive
    }

    /// Our own loop over weights that lie in row-major order.
    private func append(
        _ input: Value, _ weights: Value, _ bias: Value, _ output: Value, limit: Float?, to builder: PlanBuilder
    ) {
        let (samples, inputs, outputs) = (builder.request.batch, inputFeatures, outputFeatures)
        builder.append(
            .kernel { workspace in
                let target = workspace.floats(output.slot).baseAddress
                ck_linear(
                    target, workspace.floats(input.slot).baseAddress, workspace.floats(weights.slot).baseAddress,
                    workspace.floats(bias.slot).baseAddress, samples, inputs, outputs)
                if let limit { ck_relu(target, target, samples * outputs, limit) }
            }, reads: [input.slot, weights.slot, bias.slot], writes: [output.slot])
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let absorbed = builder.absorbed(by: node)
        let source = builder.network.nodes[node].inputs[0]
        let gradient = builder.plain(builder.throughReLU(absorbed.relu, node, builder.outputGradient(node)))
        let batch = builder.request.batch
        let forward = builder.savedPrimitive(node)
        if builder.wantsWeightGradients(node) {
            var operation = dnnl_inner_product_desc_t()
            withDescriptors(batch, weights: .any(weightShape)) { source, weights, bias, target in
                OneDNN.check(
                    dnnl_inner_product_backward_weights_desc_init(&operation, source, weights, bias, target),
                    "dnnl_inner_product_backward_weights_desc_init")
            }
            guard let primitive = Primitive(operation: &operation, forward: forward) else {
                preconditionFailure("oneDNN has no weight gradient for \(self)")
            }
            let weightGradient = builder.newValue(layout(of: primitive, dnnl_query_diff_weights_md))
            let biasGradient = builder.newValue(.plain([outputFeatures]))
            builder.append(
                primitive, reads: [(DNNL_ARG_SRC, builder.saved(node, "input")), (DNNL_ARG_DIFF_DST, gradient)],
                writes: [(DNNL_ARG_DIFF_WEIGHTS, weightGradient), (DNNL_ARG_DIFF_BIAS, biasGradient)])
            builder.setWeightGradient(
                builder.plain(weightGradient), of: node, "weight", shape: [outputFeatures, inputFeatures])
            if hasBias { builder.setWeightGradient(biasGradient, of: node, "bias", shape: [outputFeatures]) }
        }
        guard builder.wantsGradient(source) else { return }
        let folding = Folding(
            builder: builder, node: node, normalization: absorbed.normalization,
            weightCount: inputFeatures * outputFeatures)
        var operation = dnnl_inner_product_desc_t()
        withDescriptors(batch, weights: weightLayout(folding, builder)) { source, weights, _, target in
            OneDNN.check(
                dnnl_inner_product_backward_data_desc_init(&operation, source, weights, target),
                "dnnl_inner_product_backward_data_desc_init")
        }
        guard let primitive = Primitive(operation: &operation, forward: forward) else {
            preconditionFailure("oneDNN has no gradient for \(self)")
        }
        let weights = self.weights(node, folding, layout(of: primitive, dnnl_query_weights_md), builder)
        let inputGradient = builder.newValue(.plain([batch, inputFeatures]))
        builder.append(
            primitive, reads: [(DNNL_ARG_DIFF_DST, gradient), (DNNL_ARG_WEIGHTS, weights)],
            writes: [(DNNL_ARG_DIFF_SRC, inputGradient)])
        builder.addGradient(inputGradient, to: source)
    }

    private func layout(of primitive: Primitive, _ query: dnnl_query_t) -> Layout {
        primitive.layout(of: query, shape: weightShape)
    }

    private var weightShape: [Int] { [outputFeatures, inputFeatures] }

    /// Whether the model's own tensor is read where it lies: such weights are most of the memory of many networks, and
    /// for a few samples memory sets the speed, so that another order would not pay for the copy.
    private func isReadInPlace(_ folding: Folding, _ builder: PlanBuilder) -> Bool {
        !folding.changesWeights && builder.request.batch <= 8
    }

    private func weightLayout(_ folding: Folding, _ builder: PlanBuilder) -> Layout {
        isReadInPlace(folding, builder) ? .plain(weightShape) : .any(weightShape)
    }

    private func weights(_ node: Int, _ folding: Folding, _ layout: Layout, _ builder: PlanBuilder) -> Value {
        if isReadInPlace(folding, builder) { return builder.parameter(node, "weight", shape: weightShape) }
        let reorder = Reorder(from: .plain(layout.shape), to: layout)
        return builder.constant(layout) { memory, source in
            folding.withWeights(source) { reorder.run(from: UnsafeMutableRawPointer(mutating: $0), to: memory) }
        }
    }

    private func withDescriptors(
        _ batch: Int, weights: Layout,
        _ body: (
            UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_memory_desc_t>,
            UnsafePointer<dnnl_memory_desc_t>
        ) -> Void
    ) {
        withUnsafePointer(to: Layout.plain([batch, inputFeatures]).descriptor) { source in
            withUnsafePointer(to: weights.descriptor) { weights in
                withUnsafePointer(to: Layout.plain([outputFeatures]).descriptor) { bias in
                    withUnsafePointer(to: Layout.plain([batch, outputFeatures]).descriptor) { target in
                        body(source, weights, bias, target)
                    }
                }
            }
        }
    }
}
