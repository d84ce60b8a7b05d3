public import NeuralNetwork
import Tensors

/// Makes, for each of many units, the image that excites it most.
///
/// Gradient ascent from noise. Each unit has a seed of its own and is computed by itself, so its result has the same bits
/// whichever units are rendered beside it, and for any number of threads.
///
/// Source: Olah, Mordvintsev & Schubert, "Feature visualization", Distill 2017, https://doi.org/10.23915/distill.00007.
public struct Maximization: Sendable {
    private let model: Model
    private let settings: MaximizationSettings

    public init(_ model: Model, _ settings: MaximizationSettings = MaximizationSettings()) {
        precondition(settings.iterations >= 1, "\(settings.iterations) iterations; one is the least")
        self.model = model
        self.settings = settings
    }

    /// How far a unit has come.
    public struct Progress: Sendable {
        /// Place of the unit in the list that was asked for.
        public let index: Int
        public let unit: TargetUnit
        /// The state after a step; keep it to go on from there.
        public let state: OptimizationState
    }

    /// Maximizes units, each on one thread, up to `threads` at a time.
    ///
    /// - Parameters:
    ///   - states: where to go on, by unit; others start from noise.
    ///   - finished: results of an earlier call with the same model and settings, which are handed back as they are.
    ///   - progress: called after every step, from several threads; what it throws stops everything.
    ///   - finish: called with every new result, from several threads; likewise.
    /// - Returns: one result per unit, in the order of `units`.
    /// - Throws: `MaximizationError` before anything is computed when a unit does not exist, the size does not fit or a
    ///   state belongs to other settings; and what `progress` throws.
    public func run(
        _ units: [TargetUnit], resuming states: [TargetUnit: OptimizationState] = [:],
        finished results: [TargetUnit: MaximizedUnit] = [:], threads: Int = 1,
        progress: (@Sendable (Progress) throws -> Void)? = nil,
        finish: (@Sendable (MaximizedUnit) throws -> Void)? = nil
    ) throws -> [MaximizedUnit] {
        for unit in units { try check(unit, states[unit]) }
        var results = units.map { results[$0] }
        // One layer after the other: only one network is compiled at a time.
        for layer in Set(units.map(\.layer)).sorted() {
            let places = units.indices.filter { units[$0].layer == layer && results[$0] == nil }
            if places.isEmpty { continue }
            let jobs = try optimizations(of: places.map { units[$0] }, in: layer)
            let finished = Finished(count: jobs.count)
            try parallelForThrowing(jobs.count, threads: threads) { index in
                let job = jobs[index]
                var state = states[job.unit] ?? job.start
                while state.iteration < settings.iterations, !state.isBroken {
                    job.advance(&state)
                    try progress?(Progress(index: places[index], unit: job.unit, state: state))
                }
                let result = job.result(state)
                finished[index] = result
                try finish?(result)
            }
            for (index, place) in places.enumerated() { results[place] = finished[index] }
        }
        return results.map { $0! }
    }

    /// `[channels, height, width]` of the images for a layer.
    ///
    /// The chosen size if there is one. Else the network's own, or less where the layer allows it: the receptive field,
    /// but at least 128 pixels, in steps of 16. A net for 28×28 images gets images of 28×28.
    public func imageShape(for layer: String) throws(MaximizationError) -> [Int] {
        let network = model.network
        let node = try index(of: layer)
        if let size = settings.size {
            let shape = [network.inputShape[0], size, size]
            do throws(NetworkError) { _ = try network.upTo(node, inputShape: shape) } catch {
                throw .sizeDoesNotFit(
                    layer: layer, size: size, native: Array(network.inputShape.dropFirst()), error)
            }
            return shape
        }
        guard let field = network.receptiveFields[node].size?.max() else { return network.inputShape }
        let size = max(128, (field + 15) / 16 * 16)
        let shape = [network.inputShape[0]] + network.inputShape.dropFirst().map { min($0, size) }
        return (try? network.upTo(node, inputShape: shape)) == nil ? network.inputShape : shape
    }

    private func index(of layer: String) throws(MaximizationError) -> Int {
        do throws(NetworkError) { return try model.network.index(of: layer) } catch { throw .network(error) }
    }

    /// - Parameter state: must be one that the unit can go on from.
    public func check(_ unit: TargetUnit, _ state: OptimizationState? = nil) throws(MaximizationError) {
        let shape = try imageShape(for: unit.layer)
        switch settings.color {
        case .imageNet where shape[0] != 3: throw .colorNeedsThreeChannels(found: shape[0])
        case .measured(let colors) where shape[0] != colors.channels:
            throw .colorsOfOtherChannels(found: colors.channels, expected: shape[0])
        default: break
        }
        let node = try index(of: unit.layer)
        _ = try unit.objective(shape: model.network.shape(of: node, inputShape: shape))
        guard let state else { return }
        let expected = ImageSynthesis(shape: shape, settings: settings).parameterShape
        guard state.parameters.shape == expected else {
            throw .stateHasOtherShape(
                unit: unit.description, tensor: "parameters", expected: expected, found: state.parameters.shape)
        }
        for (name, count) in settings.ascent.memory.sorted(by: { $0.key < $1.key }) where state.iteration > 0 {
            guard count.contains(state.memory[name]?.count ?? 0) else {
                throw .stateLacks(unit: unit.description, tensor: name)
            }
        }
        guard state.iteration <= settings.iterations else {
            throw .stateIsTooLong(
                unit: unit.description, iterations: state.iteration, allowed: settings.iterations)
        }
    }

    package func optimizations(
        of units: [TargetUnit], in layer: String
    ) throws(MaximizationError) -> [UnitOptimization] {
        let shape = try imageShape(for: layer)
        let evaluation: LayerEvaluation
        do throws(NetworkError) {
            evaluation = try LayerEvaluation(
                model, node: model.network.index(of: layer), inputShape: shape,
                isRedirecting: settings.redirectedSteps > 0, settings.algorithm)
        } catch { throw .network(error) }
        let synthesis = ImageSynthesis(shape: shape, settings: settings)
        let transforms = settings.transforms ?? ImageTransform.standard(size: min(shape[1], shape[2]))
        var jobs: [UnitOptimization] = []
        for unit in units {
            jobs.append(
                UnitOptimization(
                    unit: unit, settings: settings, objective: try unit.objective(shape: evaluation.outputShape),
                    evaluation: evaluation, synthesis: synthesis, transforms: transforms))
        }
        return jobs
    }
}
