import COneDNN

/// Shape and order in memory of an activation, a weight or a gradient.
struct Layout: @unchecked Sendable {
    let shape: [Int]
    let descriptor: dnnl_memory_desc_t

    private init(shape: [Int], tag: dnnl_format_tag_t) {
        self.shape = shape
        var dimensions = shape.map { dnnl_dim_t($0) }
        var descriptor = dnnl_memory_desc_t()
        OneDNN.check(
            dnnl_memory_desc_init_by_tag(&descriptor, Int32(shape.count), &dimensions, dnnl_f32, tag),
            "dnnl_memory_desc_init_by_tag")
        self.descriptor = descriptor
    }

    init(shape: [Int], descriptor: dnnl_memory_desc_t) {
        self.shape = shape
        self.descriptor = descriptor
    }

    /// Row-major order, as a `Tensor` has it.
    static func plain(_ shape: [Int]) -> Layout {
        let tags = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde]
        return Layout(shape: shape, tag: tags[shape.count - 1])
    }

    /// Maps with channels in blocks; vectors stay plain.
    static func blocked(_ shape: [Int]) -> Layout {
        guard shape.count == 4 else { return plain(shape) }
        return Layout(shape: shape, tag: OneDNN.channelBlock == 16 ? dnnl_nChw16c : dnnl_nChw8c)
    }

    /// Whatever the primitive likes best.
    static func any(_ shape: [Int]) -> Layout { Layout(shape: shape, tag: dnnl_format_tag_any) }

    var byteCount: Int { withUnsafePointer(to: descriptor) { dnnl_memory_desc_get_size($0) } }

    /// Channels that lie side by side: 1 in row-major order.
    var block: Int {
        shape.count == 4 && !isPlain ? OneDNN.channelBlock : 1
    }

    var isPlain: Bool { self == .plain(shape) }

    /// The extents that the loops over blocks want; only for plain and blocked layouts of maps and vectors.
    var extents: (samples: Int, blocks: Int, positions: Int, block: Int) {
        let block = block
        let positions = shape.count == 4 ? shape[2] * shape[3] : 1
        return (shape[0], (shape[1] + block - 1) / block, positions, block)
    }

    /// Elements in memory, padding included.
    var paddedCount: Int { byteCount / 4 }

    static func == (left: Layout, right: Layout) -> Bool {
        withUnsafePointer(to: left.descriptor) { a in
            withUnsafePointer(to: right.descriptor) { b in dnnl_memory_desc_equal(a, b) == 1 }
        }
    }
}
