import COneDNN
import Synchronization
import Tensors

/// A network compiled for one batch size: what to compute, in which order, and where in memory.
///
/// A plan runs only up to the deepest layer that is asked for. Batch normalisation and ReLU are folded into the
/// convolution before them unless somebody taps between; activations keep the blocked layout of the convolutions from
/// layer to layer; memory is shared by values that do not live at the same time. A plan is immutable (except
/// `refresh`), runs on one thread at a time per `Workspace`, and may be run by many threads at once.
public final class Plan: @unchecked Sendable {
    public let batch: Int
    /// `[channels, height, width]`.
    public let inputShape: [Int]
    /// Gradients that a run leaves in its workspace, by full parameter name.
    public let weightGradients: [(name: String, shape: [Int])]

    /// Batch normalisations whose statistics a training run leaves in its workspaces.
    public let batchStatistics: [BatchStatistics]

    /// Number of computations of a run.
    package var stepCount: Int { steps.count }

    let steps: [Step]
    let slots: [Slot]
    let inputSlot: Int
    package let arenaBytes: Int
    let scratchBytes: Int
    let gradientSlots: [Int]
    let segments: [Range<Int>]
    private let constants: [Constant]
    /// Memory of the weights that are read where they lie, by constant.
    private var lent: [Int: TensorMemory] = [:]

    /// - Parameter threads: how many prepare the weights.
    /// - Throws: `NetworkError` when the input shape does not fit the network.
    public init(_ model: Model, _ request: PlanRequest, threads: Int = 1) throws(NetworkError) {
        let builder = try PlanBuilder(model: model, request: request)
        builder.build()
        batch = request.batch
        inputShape = builder.network.inputShape
        steps = builder.steps
        let allocation = SlotAllocation(slots: builder.slots, steps: builder.steps, keeping: builder.keptSlots)
        guard allocation.bytes < 1 << 37 else { throw .tooLarge(layer: builder.network.layerNames.last!) }
        slots = allocation.slots
        arenaBytes = allocation.bytes
        inputSlot = builder.inputSlot
        scratchBytes = builder.steps.reduce(0) { max($0, $1.scratchBytes) }
        constants = builder.constants
        gradientSlots = builder.weightGradients.map(\.slot)
        weightGradients = builder.weightGradients.map { ($0.name, $0.shape) }
        segments = Self.segments(of: builder.steps)
        batchStatistics = builder.batchStatistics
        refresh(model.weights, threads: threads)
    }

    /// Takes new weights, of the same shapes, on up to `threads` threads. Nobody may run the plan meanwhile.
    public func refresh(_ weights: any WeightSource, threads: Int = 1) {
        for case (let index, .lent(let parameter)) in constants.enumerated() {
            lent[index] = weights.memory(of: parameter)
        }
        parallelFor(constants.count, threads: threads) { index in
            if case .prepared(let memory, let prepare) = constants[index] { prepare(memory.base, weights) }
        }
    }

    /// Pointer to the constant memory behind a slot; where weights are read in place, the next `refresh` may move it.
    func constantPointer(_ index: Int) -> UnsafeMutableRawPointer {
        switch constants[index] {
        case .prepared(let memory, _): memory.base
        case .lent: UnsafeMutableRawPointer(mutating: lent[index]!.pointer)
        }
    }

    /// Whether a constant's memory may be elsewhere after a `refresh`.
    func isLent(_ index: Int) -> Bool {
        if case .lent = constants[index] { true } else { false }
    }

    /// Stretches of steps that a chunk can run without waiting for the others; each ends at a synchronised step.
    private static func segments(of steps: [Step]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for (index, step) in steps.enumerated() where step.isSynchronized {
            result.append(start..<index + 1)
            start = index + 1
        }
        if start < steps.count { result.append(start..<steps.count) }
        return result
    }
}

/// One computation of a plan.
struct Step {
    enum Action {
        /// A oneDNN primitive; arguments are pairs of oneDNN's argument number and our slot.
        case primitive(Primitive, [(argument: Int32, slot: Int)])
        /// A loop of ours.
        case kernel(@Sendable (Workspace) -> Void)
        /// A loop over each chunk whose results are brought together over all chunks, in chunk order, before any goes on.
        case synchronized(each: @Sendable (Workspace) -> Void, combine: @Sendable ([Workspace]) -> Void)
        /// The caller looks at, changes or gives a value in row-major order.
        case tap(Tap, slot: Int)
    }

    let action: Action
    let reads: [Int]
    let writes: [Int]

    var scratchBytes: Int {
        if case .primitive(let primitive, _) = action { primitive.scratchBytes } else { 0 }
    }

    var isSynchronized: Bool {
        if case .synchronized = action { true } else { false }
    }
}

/// Where a run hands over to the caller.
public enum Tap: Sendable, Hashable {
    /// The activation of a layer, to read (or to change, where the request says so).
    case activation(Int)
    /// ∂objective/∂activation of a layer, for the caller to write. Holds zeros.
    case seed(Int)
    /// The gradient at a layer's output, to read or change.
    case gradient(Int)
    /// The gradient at the network's input, to read.
    case inputGradient
}

/// A piece of memory that steps read and write.
struct Slot {
    enum Place {
        /// In the workspace's arena, at a byte offset.
        case arena(offset: Int)
        /// Shared by all workspaces: weights.
        case constant(index: Int)
    }

    let layout: Layout
    let byteCount: Int
    var place: Place
}

/// Weights as steps read them.
enum Constant {
    /// Memory, and how it is filled from the model's tensors.
    case prepared(AlignedMemory, @Sendable (UnsafeMutableRawPointer, any WeightSource) -> Void)
    /// The model's own tensor, by the parameter's full name.
    case lent(String)
}

/// Memory aligned to a cache line, freed with its owner.
///
/// `@unchecked Sendable`: who may write when is said by the owner (`Plan.refresh`, `Workspace.run`).
final class AlignedMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer

    init(byteCount: Int) {
        base = allocateForNumbers(byteCount: max(byteCount, 64))
        base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    }

    deinit { base.deallocate() }
}
