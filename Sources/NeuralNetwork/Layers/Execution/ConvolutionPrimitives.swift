import COneDNN

/// The oneDNN primitives of one convolution: forward, gradient of the input, gradient of the weights.
struct ConvolutionPrimitives {
    /// A compiled primitive and the layouts it wants.
    struct Compiled {
        let primitive: Primitive
        let input: Layout
        let weights: Layout
        let output: Layout
    }

    private let convolution: Convolution
    private let inputShape: [Int]
    private let outputShape: [Int]
    private let algorithms: [dnnl_alg_kind_t]

    init(_ convolution: Convolution, inputShape: [Int], outputShape: [Int], algorithm: PlanRequest.Algorithm) {
        self.convolution = convolution
        self.inputShape = inputShape
        self.outputShape = outputShape
        let winograd = algorithm == .automatic && Self.prefersWinograd(convolution, outputShape: outputShape)
        algorithms = winograd ? [dnnl_convolution_winograd, dnnl_convolution_direct] : [dnnl_convolution_direct]
    }

    /// Whether Winograd's F(4×4, 3×3) pays: only 3×3 filters with stride 1, and enough channels and positions that
    /// the transforms cost less than the multiplications saved. A rule, not a measurement, so that bits are repeatable.
    private static func prefersWinograd(_ convolution: Convolution, outputShape: [Int]) -> Bool {
        convolution.kernel == [3, 3] && convolution.stride == [1, 1] && convolution.dilation == [1, 1]
            && convolution.groups == 1 && convolution.inputChannels >= 32 && convolution.outputChannels >= 32
            && outputShape[2] * outputShape[3] >= 49
    }

    func forward(inputIsPlain: Bool, relu: ReLU?) -> Compiled {
        let isFirst = inputIsPlain && inputShape[1] <= 3
        let choices = [
            (isFirst ? Layout.plain(inputShape) : .blocked(inputShape), Layout.blocked(outputShape)),
            (.any(inputShape), .any(outputShape)), (.plain(inputShape), .plain(outputShape)),
        ]
        var fallback: Compiled?
        for algorithm in algorithms {
            for (input, output) in choices {
                var operation = dnnl_convolution_desc_t()
                withGeometry(input, output) { source, weights, bias, target, stride, dilation, padding, trailing in
                    OneDNN.check(
                        dnnl_dilated_convolution_forward_desc_init(
                            &operation, dnnl_forward_inference, algorithm, source, weights, bias, target, stride,
                            dilation, padding, trailing),
                        "dnnl_dilated_convolution_forward_desc_init")
                }
                guard let primitive = Primitive(operation: &operation, relu: relu) else { continue }
                let result = compiled(primitive, dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md)
                if !primitive.isReference { return result }
                fallback = fallback ?? result
            }
        }
        if let fallback { return fallback }
        preconditionFailure("oneDNN has no convolution for \(convolution) on \(inputShape)")
    }

    func backwardData() -> Compiled {
        let choices = [
            (inputShape[1] <= 3 ? Layout.any(inputShape) : .blocked(inputShape), Layout.blocked(outputShape)),
            (.any(inputShape), .any(outputShape)), (.plain(inputShape), .plain(outputShape)),
        ]
        var fallback: Compiled?
        for algorithm in algorithms {
            for (input, output) in choices {
                var operation = dnnl_convolution_desc_t()
                withGeometry(input, output) { source, weights, _, target, stride, dilation, padding, trailing in
                    OneDNN.check(
                        dnnl_dilated_convolution_backward_data_desc_init(
                            &operation, algorithm, source, weights, target, stride, dilation, padding, trailing),
                        "dnnl_dilated_convolution_backward_data_desc_init")
                }
                guard let primitive = Primitive(operation: &operation, forward: hint()) else { continue }
                let result = compiled(primitive, dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md)
                if !primitive.isReference { return result }
                fallback = fallback ?? result
            }
        }
        if let fallback { return fallback }
        preconditionFailure("oneDNN has no gradient for \(convolution) on \(inputShape)")
    }

    func backwardWeights(input: Layout) -> Compiled {
        var fallback: Compiled?
        let choices = [
            (input, Layout.blocked(outputShape)), (.any(inputShape), .any(outputShape)),
            (.plain(inputShape), .plain(outputShape)),
        ]
        for (input, output) in choices {
            var operation = dnnl_convolution_desc_t()
            withGeometry(input, output) { source, weights, bias, target, stride, dilation, padding, trailing in
                OneDNN.check(
                    dnnl_dilated_convolution_backward_weights_desc_init(
                        &operation, dnnl_convolution_direct, source, weights, bias, target, stride, dilation, padding,
                        trailing),
                    "dnnl_dilated_convolution_backward_weights_desc_init")
            }
            guard let primitive = Primitive(operation: &operation, forward: hint()) else { continue }
            let result = compiled(primitive, dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md)
            if !primitive.isReference { return result }
            fallback = fallback ?? result
        }
        if let fallback { return fallback }
        preconditionFailure("oneDNN has no weight gradient for \(convolution) on \(inputShape)")
    }

    /// The forward description that oneDNN wants to see beside a backward one.
    private func hint() -> Primitive {
        var operation = dnnl_convolution_desc_t()
        withGeometry(.any(inputShape), .any(outputShape)) {
            source, weights, bias, target, stride, dilation, padding, trailing in
            OneDNN.check(
                dnnl_dilated_convolution_forward_desc_init(
                    &operation, dnnl_forward_training, dnnl_convolution_direct, source, weights, bias, target, stride,
                    dilation, padding, trailing),
                "dnnl_dilated_convolution_forward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation) else {
            preconditionFailure("oneDNN has no convolution for \(convolution) on \(inputShape)")
        }
        return primitive
    }

    private var weightShape: [Int] {
        let groups = convolution.groups
        let shape = convolution.parameters[0].shape
        return groups == 1 ? shape : [groups, shape[0] / groups] + shape.dropFirst()
    }

    private func compiled(
        _ primitive: Primitive, _ input: dnnl_query_t, _ weights: dnnl_query_t, _ output: dnnl_query_t
    ) -> Compiled {
        Compiled(
            primitive: primitive, input: primitive.layout(of: input, shape: inputShape),
            weights: primitive.layout(of: weights, shape: weightShape),
            output: primitive.layout(of: output, shape: outputShape))
    }

    private func withGeometry(
        _ input: Layout, _ output: Layout,
        _ body: (
            UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_memory_desc_t>,
            UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_dim_t>, UnsafePointer<dnnl_dim_t>,
            UnsafePointer<dnnl_dim_t>, UnsafePointer<dnnl_dim_t>
        ) -> Void
    ) {
        let stride = convolution.stride.map { dnnl_dim_t($0) }
        let dilation = convolution.dilation.map { dnnl_dim_t($0 - 1) }
        let padding = convolution.padding.map { dnnl_dim_t($0) }
        let trailing = convolution.trailingPadding.map { dnnl_dim_t($0) }
        withUnsafePointer(to: input.descriptor) { source in
            withUnsafePointer(to: Layout.any(weightShape).descriptor) { weights in
                withUnsafePointer(to: Layout.plain([convolution.outputChannels]).descriptor) { bias in
                    withUnsafePointer(to: output.descriptor) { target in
                        body(source, weights, bias, target, stride, dilation, padding, trailing)
                    }
                }
            }
        }
    }
}
