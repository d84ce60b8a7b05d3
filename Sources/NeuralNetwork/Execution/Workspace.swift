import COneDNN

/// The memory in which one thread runs a plan, and the handles that point oneDNN into it.
///
/// `@unchecked Sendable`: a workspace is handed from thread to thread, but only one uses it at a time.
public final class Workspace: @unchecked Sendable {
    public let plan: Plan

    /// What the random decisions of this run depend on (dropout); set before a training run.
    public var randomKey: UInt64 = 0

    /// Number of samples, from the first, that are real; the others only fill the batch. Counts where a layer mixes
    /// samples: batch normalisation in training.
    public var validSamples: Int

    private let arena: AlignedMemory
    private let scratch: AlignedMemory
    private let stream: dnnl_stream_t
    private var memories: [dnnl_memory_t] = []
    /// Handles on weights that are read where they lie, which may be elsewhere in the next run.
    private var lentMemories: [(memory: dnnl_memory_t, constant: Int)] = []
    /// For each step with a primitive, its arguments.
    private var arguments: [UnsafeMutableBufferPointer<dnnl_exec_arg_t>?] = []

    public init(_ plan: Plan) {
        self.plan = plan
        validSamples = plan.batch
        arena = AlignedMemory(byteCount: plan.arenaBytes)
        scratch = AlignedMemory(byteCount: plan.scratchBytes)
        var stream: dnnl_stream_t?
        OneDNN.check(
            dnnl_stream_create(&stream, OneDNN.engine, UInt32(dnnl_stream_in_order.rawValue)), "dnnl_stream_create")
        self.stream = stream!
        for step in plan.steps {
            guard case .primitive(let primitive, let bindings) = step.action else {
                arguments.append(nil)
                continue
            }
            let list = UnsafeMutableBufferPointer<dnnl_exec_arg_t>.allocate(capacity: bindings.count + 1)
            for (index, binding) in bindings.enumerated() {
                let memory = makeMemory(plan.slots[binding.slot].layout, at: pointer(binding.slot))
                list.initializeElement(at: index, to: dnnl_exec_arg_t(arg: binding.argument, memory: memory))
                if case .constant(let constant) = plan.slots[binding.slot].place, plan.isLent(constant) {
                    lentMemories.append((memory, constant))
                }
            }
            let memory = makeMemory(primitive.scratchLayout, at: scratch.base)
            list.initializeElement(at: bindings.count, to: dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: memory))
            arguments.append(list)
        }
    }

    deinit {
        for memory in memories { dnnl_memory_destroy(memory) }
        for list in arguments { list?.deallocate() }
        dnnl_stream_destroy(stream)
    }

    /// The network's input, `[batch, channels, height, width]` in row-major order, to be written before a run.
    public var input: UnsafeMutableBufferPointer<Float> { floats(plan.inputSlot) }

    /// A gradient of the last run, in the order of `Plan.weightGradients`.
    public func weightGradient(_ index: Int) -> UnsafeMutableBufferPointer<Float> { floats(plan.gradientSlots[index]) }

    /// Computes everything. `handler` is called at each tap with the value in row-major order, batch axis first.
    public func run(_ handler: (Tap, UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        precondition(
            !plan.steps.contains(where: \.isSynchronized), "a plan with batch statistics runs on all chunks at once")
        try run(0..<plan.steps.count, handler)
    }

    /// Computes some of the steps, on the calling thread.
    func run(_ range: Range<Int>, _ handler: (Tap, UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        OneDNN.useOneThread()
        for (memory, constant) in lentMemories {
            OneDNN.check(dnnl_memory_set_data_handle(memory, plan.constantPointer(constant)), "set_data_handle")
        }
        for index in range {
            switch plan.steps[index].action {
            case .primitive(let primitive, _):
                primitive.execute(stream, UnsafeBufferPointer(arguments[index]!))
            case .kernel(let body): body(self)
            case .synchronized(let each, _): each(self)
            case .tap(let tap, let slot):
                if case .seed = tap { floats(slot).update(repeating: 0) }
                try handler(tap, floats(slot))
            }
        }
    }

    /// Start of a slot's memory.
    func pointer(_ slot: Int) -> UnsafeMutableRawPointer {
        switch plan.slots[slot].place {
        case .arena(let offset): arena.base + offset
        case .constant(let index): plan.constantPointer(index)
        }
    }

    /// A slot's memory as floats, padding included.
    func floats(_ slot: Int) -> UnsafeMutableBufferPointer<Float> {
        let count = plan.slots[slot].byteCount / 4
        return UnsafeMutableBufferPointer(start: pointer(slot).assumingMemoryBound(to: Float.self), count: count)
    }

    private func makeMemory(_ layout: Layout, at pointer: UnsafeMutableRawPointer) -> dnnl_memory_t {
        var memory: dnnl_memory_t?
        withUnsafePointer(to: layout.descriptor) {
            OneDNN.check(dnnl_memory_create(&memory, $0, OneDNN.engine, pointer), "dnnl_memory_create")
        }
        memories.append(memory!)
        return memory!
    }
}
