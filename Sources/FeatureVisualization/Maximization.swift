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
        precondition(settings.attempts >= 1, "\(settings.attempts) runs of a unit; one is the least")
        precondition(settings.variants >= 1, "\(settings.variants) images of a unit; one is the least")
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
    ///   - finish: called with the results of every unit, one for each variant, from several threads; likewise.
    /// - Returns: one result per unit and variant, in the order of `units`.
    /// - Throws: `MaximizationError` before anything is computed when a unit does not exist, the size does not fit or a
    ///   state belongs to other settings; and what `progress` throws.
    public func run(
        _ units: [TargetUnit], resuming states: [TargetUnit: OptimizationState] = [:],
        finished results: [TargetUnit: [MaximizedUnit]] = [:], threads: Int = 1,
        progress: (@Sendable (Progress) throws -> Void)? = nil,
        finish: (@Sendable ([MaximizedUnit]) throws -> Void)? = nil
    ) throws -> [MaximizedUnit] {
        for unit in units { try check(unit, states[unit]) }
        var results = units.map { results[$0] }
        // One after the other: only one network is compiled at a time.
        for layers in Set(units.map(\.layers)).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let places = units.indices.filter { units[$0].layers == layers && results[$0] == nil }
            if places.isEmpty { continue }
            let jobs = try optimizations(of: places.map { units[$0] })
            let finished = Finished<[MaximizedUnit]>(count: jobs.count)
            try parallelForThrowing(jobs.count, threads: threads) { index in
                let job = jobs[index]
                var state = states[job.unit] ?? job.start
                while true {
                    while state.iteration < settings.iterations, !state.isBroken {
                        job.advance(&state)
                        try progress?(Progress(index: places[index], unit: job.unit, state: state))
                    }
                    guard let next = job.start(after: state) else { break }
                    state = next
                }
                let result = job.result(state)
                finished[index] = result
                try finish?(result)
            }
            for (index, place) in places.enumerated() { results[place] = finished[index] }
        }
        return results.flatMap { $0! }
    }

    /// `[channels, height, width]` of the images of a unit, see ``TargetUnit/imageShape(in:size:)``.
    public func imageShape(for unit: TargetUnit) throws(MaximizationError) -> [Int] {
        try unit.imageShape(in: model.network, size: settings.size)
    }

    /// - Parameter state: must be one that the unit can go on from.
    public func check(_ unit: TargetUnit, _ state: OptimizationState? = nil) throws(MaximizationError) {
        let shape = try imageShape(for: unit)
        switch settings.color {
        case .imageNet where shape[0] != 3: throw .colorNeedsThreeChannels(found: shape[0])
        case .measured(let colors) where shape[0] != colors.channels:
            throw .colorsOfOtherChannels(found: colors.channels, expected: shape[0])
        default: break
        }
        try unit.check(in: model.network, size: settings.size)
        guard let state else { return }
        let one = ImageSynthesis(shape: shape, settings: settings).parameterShape
        let expected = settings.variants == 1 ? one : [settings.variants] + one
        guard state.parameters.shape == expected else {
            throw .stateHasOtherShape(
                unit: unit.description, tensor: "parameters", expected: expected, found: state.parameters.shape)
        }
        // A run that broke down at its first step remembers nothing.
        let remembers = state.iteration > 0 && !state.isBroken
        for (name, count) in settings.ascent.memory.sorted(by: { $0.key < $1.key }) where remembers {
            guard count.contains(state.memory[name]?.count ?? 0) else {
                throw .stateLacks(unit: unit.description, tensor: name)
            }
        }
        guard state.iteration <= settings.iterations else {
            throw .stateIsTooLong(
                unit: unit.description, iterations: state.iteration, allowed: settings.iterations)
        }
    }

    /// - Parameter units: of the same layers.
    package func optimizations(of units: [TargetUnit]) throws(MaximizationError) -> [UnitOptimization] {
        let shape = try imageShape(for: units[0])
        let evaluation: NetworkEvaluation
        do throws(NetworkError) {
            evaluation = try NetworkEvaluation(
                model, layers: units[0].layers, inputShape: shape, images: settings.variants,
                isRedirecting: settings.redirectedSteps > 0, settings.algorithm)
        } catch { throw .network(error) }
        let synthesis = ImageSynthesis(shape: shape, settings: settings)
        let transforms = settings.transforms ?? ImageTransform.standard(size: min(shape[1], shape[2]))
        var jobs: [UnitOptimization] = []
        for unit in units {
            let objective = try TargetObjective(
                unit, nodes: evaluation.nodes, shapes: evaluation.shapes,
                diversity: settings.variants > 1 ? settings.diversity : nil)
            jobs.append(
                UnitOptimization(
                    unit: unit, settings: settings, objective: objective, evaluation: evaluation,
                    synthesis: synthesis, transforms: transforms))
        }
        return jobs
    }
}
