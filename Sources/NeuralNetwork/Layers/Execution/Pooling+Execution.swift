import CKernels
import COneDNN

extension MaxPooling {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let isDifferentiated = builder.wantsGradient(builder.network.nodes[node].inputs[0])
        PoolingPrimitives(pool, dnnl_pooling_max).appendForward(node, to: builder, keepsPositions: isDifferentiated)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        PoolingPrimitives(pool, dnnl_pooling_max).appendBackward(node, to: builder)
    }
}

extension AveragePooling {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        if ceilingMode {
            WindowAverage(self, input: builder.input(node).layout.shape, output: builder.shape(node))
                .appendForward(node, to: builder)
        } else {
            PoolingPrimitives(pool, algorithm).appendForward(node, to: builder, keepsPositions: false)
        }
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        if ceilingMode {
            WindowAverage(self, input: builder.input(node).layout.shape, output: builder.shape(node))
                .appendBackward(node, to: builder)
        } else {
            PoolingPrimitives(pool, algorithm).appendBackward(node, to: builder)
        }
    }

    private var algorithm: dnnl_alg_kind_t {
        countsPadding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding
    }
}

extension AdaptiveAveragePooling {
    public func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        if isIdentity(input) { return builder.setOutput(input, of: node) }
        if let even = evenWindows(input) {
            return PoolingPrimitives(even, dnnl_pooling_avg_exclude_padding)
                .appendForward(node, to: builder, keepsPositions: false)
        }
        WindowAverage(adaptiveFrom: input.layout.shape, to: builder.shape(node)).appendForward(node, to: builder)
    }

    public func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.input(node)
        if isIdentity(input) {
            let gradient = builder.outputGradient(node)
            let source = builder.network.nodes[node].inputs[0]
            if builder.wantsGradient(source) { builder.addGradient(gradient, to: source) }
        } else if let even = evenWindows(input) {
            PoolingPrimitives(even, dnnl_pooling_avg_exclude_padding).appendBackward(node, to: builder)
        } else {
            WindowAverage(adaptiveFrom: input.layout.shape, to: builder.shape(node)).appendBackward(node, to: builder)
        }
    }

    private func isIdentity(_ input: Value) -> Bool { Array(input.layout.shape.suffix(2)) == outputSize }

    /// Windows of equal size without overlap, where the sizes divide.
    private func evenWindows(_ input: Value) -> Window? {
        let size = Array(input.layout.shape.suffix(2))
        guard size[0] % outputSize[0] == 0, size[1] % outputSize[1] == 0 else { return nil }
        let kernel = [size[0] / outputSize[0], size[1] / outputSize[1]]
        return Window(kernel: kernel, stride: kernel, padding: [0, 0])
    }
}

/// Pooling by oneDNN, in the layout of its input.
private struct PoolingPrimitives {
    private let pool: Window
    private let algorithm: dnnl_alg_kind_t

    init(_ pool: Window, _ algorithm: dnnl_alg_kind_t) {
        self.pool = pool
        self.algorithm = algorithm
    }

    /// - Parameter keepsPositions: whether the place of each maximum is kept for the way back.
    func appendForward(_ node: Int, to builder: PlanBuilder, keepsPositions: Bool) {
        let input = builder.input(node)
        let layout = input.layout.isPlain ? Layout.plain(builder.shape(node)) : .blocked(builder.shape(node))
        let primitive = forward(
            input.layout, layout, keepsPositions ? dnnl_forward_training : dnnl_forward_inference)
        let output = builder.newValue(layout)
        var writes = [(DNNL_ARG_DST, output)]
        if keepsPositions, let workspace = primitive.workspace {
            let positions = builder.newValue(workspace)
            writes.append((DNNL_ARG_WORKSPACE, positions))
            builder.save(positions, "positions", for: node)
        }
        builder.append(primitive, reads: [(DNNL_ARG_SRC, input)], writes: writes)
        builder.setOutput(output, of: node)
        builder.save(output, "output", for: node)
        builder.save(input, "input", for: node)
    }

    func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.outputGradient(node)
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let input = builder.saved(node, "input")
        let outputLayout = builder.output(node).layout
        let outputGradient = builder.value(gradient, in: outputLayout)
        let inputGradient = builder.newValue(input.layout)
        var operation = dnnl_pooling_v2_desc_t()
        withGeometry(input.layout, outputLayout) { source, target, stride, kernel, dilation, padding, trailing in
            OneDNN.check(
                dnnl_pooling_v2_backward_desc_init(
                    &operation, algorithm, source, target, stride, kernel, dilation, padding, trailing),
                "dnnl_pooling_v2_backward_desc_init")
        }
        let hint = forward(input.layout, outputLayout, dnnl_forward_training)
        guard let primitive = Primitive(operation: &operation, forward: hint) else {
            preconditionFailure("oneDNN has no gradient of pooling \(pool) on \(input.layout.shape)")
        }
        var reads = [(DNNL_ARG_DIFF_DST, outputGradient)]
        if let positions = builder.savedIfAny(node, "positions") { reads.append((DNNL_ARG_WORKSPACE, positions)) }
        builder.append(primitive, reads: reads, writes: [(DNNL_ARG_DIFF_SRC, inputGradient)])
        builder.addGradient(inputGradient, to: source)
    }

    private func forward(_ input: Layout, _ output: Layout, _ kind: dnnl_prop_kind_t) -> Primitive {
        var operation = dnnl_pooling_v2_desc_t()
        withGeometry(input, output) { source, target, stride, kernel, dilation, padding, trailing in
            OneDNN.check(
                dnnl_pooling_v2_forward_desc_init(
                    &operation, kind, algorithm, source, target, stride, kernel, dilation, padding, trailing),
                "dnnl_pooling_v2_forward_desc_init")
        }
        guard let primitive = Primitive(operation: &operation) else {
            preconditionFailure("oneDNN has no pooling \(pool) on \(input.shape)")
        }
        return primitive
    }

    private func withGeometry(
        _ input: Layout, _ output: Layout,
        _ body: (
            UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_memory_desc_t>, UnsafePointer<dnnl_dim_t>,
            UnsafePointer<dnnl_dim_t>, UnsafePointer<dnnl_dim_t>, UnsafePointer<dnnl_dim_t>, UnsafePointer<dnnl_dim_t>
        ) -> Void
    ) {
        // A last, incomplete window (ceiling mode) is more padding on the far side to oneDNN.
        let trailing = (0..<2).map { axis in
            let reach = (output.shape[axis + 2] - 1) * pool.stride[axis] + pool.extent[axis] - pool.padding[axis]
            return dnnl_dim_t(max(pool.trailingPadding[axis], reach - input.shape[axis + 2]))
        }
        withUnsafePointer(to: input.descriptor) { source in
            withUnsafePointer(to: output.descriptor) { target in
                body(
                    source, target, pool.stride.map { dnnl_dim_t($0) }, pool.kernel.map { dnnl_dim_t($0) },
                    pool.dilation.map { dnnl_dim_t($0 - 1) }, pool.padding.map { dnnl_dim_t($0) }, trailing)
            }
        }
    }
}

/// Means over a grid of unequal windows, in row-major order: what oneDNN's pooling cannot say.
private struct WindowAverage {
    private let top: [Int32]
    private let bottom: [Int32]
    private let left: [Int32]
    private let right: [Int32]
    private let area: [Float]
    private let planes: Int
    private let height: Int
    private let width: Int

    /// The windows of adaptive pooling.
    init(adaptiveFrom input: [Int], to output: [Int]) {
        func edges(_ length: Int, _ count: Int) -> ([Int32], [Int32]) {
            (
                (0..<count).map { Int32($0 * length / count) },
                (0..<count).map { Int32((($0 + 1) * length + count - 1) / count) }
            )
        }
        let rows = edges(input[2], output[2])
        let columns = edges(input[3], output[3])
        self.init(input, rows, columns) { (rows.1[$0] - rows.0[$0]) * (columns.1[$1] - columns.0[$1]) }
    }

    /// The windows of average pooling in ceiling mode: what lies beyond the padded input is never counted.
    init(_ pooling: AveragePooling, input: [Int], output: [Int]) {
        func edges(_ axis: Int) -> (inside: ([Int32], [Int32]), counted: [Int32]) {
            let (pool, length) = (pooling.pool, input[axis + 2])
            let starts = (0..<output[axis + 2]).map { $0 * pool.stride[axis] - pool.padding[axis] }
            let ends = starts.map { min($0 + pool.kernel[axis], length + pool.trailingPadding[axis]) }
            let inside = (starts.map { Int32(max($0, 0)) }, ends.map { Int32(min($0, length)) })
            let counted =
                pooling.countsPadding
                ? zip(starts, ends).map { Int32($1 - $0) } : zip(inside.0, inside.1).map { $1 - $0 }
            return (inside, counted)
        }
        let (rows, columns) = (edges(0), edges(1))
        self.init(input, rows.inside, columns.inside) { rows.counted[$0] * columns.counted[$1] }
    }

    private init(
        _ input: [Int], _ rows: ([Int32], [Int32]), _ columns: ([Int32], [Int32]), area: (Int, Int) -> Int32
    ) {
        (top, bottom) = rows
        (left, right) = columns
        self.area = rows.0.indices.flatMap { row in columns.0.indices.map { Float(area(row, $0)) } }
        planes = input[0] * input[1]
        height = input[2]
        width = input[3]
    }

    func appendForward(_ node: Int, to builder: PlanBuilder) {
        let input = builder.plain(builder.input(node))
        let output = builder.newValue(.plain(builder.shape(node)))
        let windows = self
        builder.append(
            .kernel { workspace in
                ck_window_average(
                    workspace.floats(output.slot).baseAddress, workspace.floats(input.slot).baseAddress,
                    windows.planes, windows.height, windows.width, windows.top, windows.bottom, windows.top.count,
                    windows.left, windows.right, windows.left.count, windows.area)
            }, reads: [input.slot], writes: [output.slot])
        builder.setOutput(output, of: node)
    }

    func appendBackward(_ node: Int, to builder: PlanBuilder) {
        let gradient = builder.plain(builder.outputGradient(node))
        let source = builder.network.nodes[node].inputs[0]
        guard builder.wantsGradient(source) else { return }
        let inputGradient = builder.newValue(.plain(builder.input(node).layout.shape))
        let windows = self
        builder.append(
            .kernel { workspace in
                ck_window_average_backward(
                    workspace.floats(inputGradient.slot).baseAddress, workspace.floats(gradient.slot).baseAddress,
                    windows.planes, windows.height, windows.width, windows.top, windows.bottom, windows.top.count,
                    windows.left, windows.right, windows.left.count, windows.area)
            }, reads: [gradient.slot], writes: [inputGradient.slot])
        builder.addGradient(inputGradient, to: source)
    }
}
