import COneDNN

/// A compiled oneDNN computation. Immutable once made, so many threads may run it, each with scratch memory of its own.
final class Primitive: @unchecked Sendable {
    private let handle: dnnl_primitive_t
    private let description: dnnl_primitive_desc_t

    /// Bytes of scratch memory that a run needs.
    let scratchBytes: Int

    /// Compiles an operation, or returns `nil` when oneDNN has no implementation for these settings.
    ///
    /// - Parameters:
    ///   - operation: a `dnnl_*_desc_t` filled in.
    ///   - relu: what results pass on the way out.
    ///   - forward: for a backward operation, the forward one it belongs to.
    init?(operation: UnsafeRawPointer, relu: ReLU? = nil, forward: Primitive? = nil) {
        OneDNN.useOneThread()
        var attributes: dnnl_primitive_attr_t?
        OneDNN.check(dnnl_primitive_attr_create(&attributes), "dnnl_primitive_attr_create")
        defer { dnnl_primitive_attr_destroy(attributes) }
        OneDNN.check(
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "set_scratchpad_mode")
        if let relu {
            var operations: dnnl_post_ops_t?
            OneDNN.check(dnnl_post_ops_create(&operations), "dnnl_post_ops_create")
            defer { dnnl_post_ops_destroy(operations) }
            let algorithm = relu.limit == nil ? dnnl_eltwise_relu : dnnl_eltwise_clip
            OneDNN.check(
                dnnl_post_ops_append_eltwise(operations, 1, algorithm, 0, Float(relu.limit ?? 0)), "append_eltwise")
            OneDNN.check(dnnl_primitive_attr_set_post_ops(attributes, operations), "set_post_ops")
        }
        var description: dnnl_primitive_desc_t?
        guard
            dnnl_primitive_desc_create(&description, operation, attributes, OneDNN.engine, forward?.description)
                == dnnl_success, let description
        else { return nil }
        var handle: dnnl_primitive_t?
        guard dnnl_primitive_create(&handle, description) == dnnl_success, let handle else {
            dnnl_primitive_desc_destroy(description)
            return nil
        }
        self.description = description
        self.handle = handle
        scratchBytes = dnnl_memory_desc_get_size(
            dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0))
    }

    /// Compiles the copy from one layout to another of the same shape.
    init(reorderFrom source: Layout, to target: Layout) {
        OneDNN.useOneThread()
        precondition(source.shape == target.shape, "cannot reorder \(source.shape) to \(target.shape)")
        var attributes: dnnl_primitive_attr_t?
        OneDNN.check(dnnl_primitive_attr_create(&attributes), "dnnl_primitive_attr_create")
        defer { dnnl_primitive_attr_destroy(attributes) }
        OneDNN.check(
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "set_scratchpad_mode")
        var description: dnnl_primitive_desc_t?
        withUnsafePointer(to: source.descriptor) { from in
            withUnsafePointer(to: target.descriptor) { to in
                OneDNN.check(
                    dnnl_reorder_primitive_desc_create(
                        &description, from, OneDNN.engine, to, OneDNN.engine, attributes),
                    "dnnl_reorder_primitive_desc_create")
            }
        }
        var handle: dnnl_primitive_t?
        OneDNN.check(dnnl_primitive_create(&handle, description), "dnnl_primitive_create")
        self.description = description!
        self.handle = handle!
        scratchBytes = dnnl_memory_desc_get_size(
            dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0))
    }

    /// The layout that the primitive chose for one of its arguments.
    func layout(of query: dnnl_query_t, shape: [Int]) -> Layout {
        Layout(shape: shape, descriptor: dnnl_primitive_desc_query_md(description, query, 0).pointee)
    }

    /// Bytes and layout of the workspace that carries information from forward to backward; `nil` without one.
    var workspace: Layout? {
        guard let descriptor = dnnl_primitive_desc_query_md(description, dnnl_query_workspace_md, 0),
            dnnl_memory_desc_get_size(descriptor) > 0
        else { return nil }
        return Layout(shape: [], descriptor: descriptor.pointee)
    }

    /// The implementation that was chosen, in oneDNN's words.
    var implementation: String {
        var name: UnsafePointer<CChar>?
        dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name)
        return name.map { String(cString: $0) } ?? "unknown"
    }

    /// Whether it is oneDNN's plain loop for what no other implementation takes: right, and a hundred times slower.
    var isReference: Bool { implementation.hasPrefix("ref") }

    /// Runs on the calling thread.
    func execute(_ stream: dnnl_stream_t, _ arguments: UnsafeBufferPointer<dnnl_exec_arg_t>) {
        OneDNN.check(
            dnnl_primitive_execute(handle, stream, Int32(arguments.count), arguments.baseAddress),
            "dnnl_primitive_execute")
    }

    /// The memory descriptor of the scratch memory.
    var scratchLayout: Layout {
        Layout(shape: [], descriptor: dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0).pointee)
    }

    deinit {
        dnnl_primitive_destroy(handle)
        dnnl_primitive_desc_destroy(description)
    }
}
