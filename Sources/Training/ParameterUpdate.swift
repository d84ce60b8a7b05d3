import CKernels
import NeuralNetwork
import Tensors

/// Adds up the gradients of a batch's chunks and lets the optimizer change the parameters, slice by slice.
///
/// Slices have a fixed size and chunks are added in their order, so the result has the same bits for any number of
/// threads.
struct ParameterUpdate: Sendable {
    /// A stretch of one parameter.
    private struct Slice: Sendable {
        /// Position of the parameter in the plan's list of gradients.
        let gradient: Int
        /// First element, within the parameter and within all memory.
        let start: Int
        let offset: Int
        let count: Int
    }

    private let optimizer: any Optimizer
    private let slices: [Slice]
    /// What the optimizer remembers, in the order of its names.
    let memories: [ParameterMemory]

    /// Elements of a slice: small enough that the gradient stays in the cache from adding to updating.
    private static let sliceLength = 1 << 14

    /// - Parameter isLearned: by full name of the parameter.
    init(
        _ optimizer: any Optimizer, network: Network, parameters: ParameterMemory, plan: Plan,
        isLearned: (String) -> Bool
    ) {
        self.optimizer = optimizer
        memories = optimizer.stateNames.map { _ in ParameterMemory(network) }
        var slices: [Slice] = []
        for (index, gradient) in plan.weightGradients.enumerated() where isLearned(gradient.name) {
            let entry = parameters.entry(gradient.name)
            for start in stride(from: 0, to: entry.count, by: Self.sliceLength) {
                slices.append(
                    Slice(
                        gradient: index, start: start, offset: entry.offset + start,
                        count: min(Self.sliceLength, entry.count - start)))
            }
        }
        self.slices = slices
    }

    var isEmpty: Bool { slices.isEmpty }

    /// Changes `parameters` by the gradients that a run left in `workspaces`; the first workspace's become the sum.
    /// - Parameter step: counts from one.
    /// - Returns: the Euclidean norm of the gradient.
    func apply(
        to parameters: ParameterMemory, _ workspaces: [Workspace], step: Int, learningRate: Double, threads: Int
    ) -> Double {
        var squares = [Double](repeating: 0, count: slices.count)
        squares.withUnsafeMutableBufferPointer { squares in
            let squares = SendablePointer(squares.baseAddress!)
            parallelFor(slices.count, threads: threads) { index in
                let slice = slices[index]
                let sum = workspaces[0].weightGradient(slice.gradient).baseAddress! + slice.start
                for workspace in workspaces.dropFirst() {
                    let part = workspace.weightGradient(slice.gradient).baseAddress! + slice.start
                    ck_add_scaled(sum, part, 1, slice.count)
                }
                squares.value[index] = ck_sum_of_squares(sum, slice.count)
                optimizer.update(
                    ParameterSlice(
                        parameters: parameters.base + slice.offset, gradient: UnsafePointer(sum),
                        state: memories.map { $0.base + slice.offset }, count: slice.count),
                    step: step, learningRate: learningRate)
            }
        }
        return squares.reduce(0, +).squareRoot()
    }

    /// What the optimizer remembers, by `optimizer/STATE/NAME`.
    var state: [String: Tensor] {
        zip(optimizer.stateNames, memories).reduce(into: [:]) { result, part in
            result.merge(part.1.tensors(prefix: Self.prefix(part.0))) { first, _ in first }
        }
    }

    func load(_ tensors: [String: Tensor]) throws(TrainingError) {
        for (name, memory) in zip(optimizer.stateNames, memories) {
            try memory.load(tensors, prefix: Self.prefix(name))
        }
    }

    private static func prefix(_ state: String) -> String { "optimizer/\(state)/" }
}
