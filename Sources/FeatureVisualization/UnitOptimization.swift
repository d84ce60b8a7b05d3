package import Tensors

/// The way from noise to the image of one unit.
///
/// Everything it draws comes from the unit's own stream, and everything it computes runs on the calling thread, so the
/// result is the unit's alone.
package struct UnitOptimization: Sendable {
    package let unit: TargetUnit
    let settings: MaximizationSettings
    let objective: any Objective
    let evaluation: LayerEvaluation
    package let synthesis: ImageSynthesis
    package let transforms: [ImageTransform]

    private var random: CounterRandom {
        CounterRandom(seed: settings.seed).stream("maximize").stream(unit.layer)[unit.channel]
    }

    package var start: OptimizationState { OptimizationState(start: synthesis.start(random.stream("start"))) }

    /// Snapshots in ascending order, each once, as far as they are reached.
    var snapshotIterations: [Int] {
        Set(settings.snapshots).filter { (0...settings.iterations).contains($0) }.sorted()
    }

    /// Takes one step.
    package func advance(_ state: inout OptimizationState) {
        let iteration = state.iteration
        keepSnapshot(&state)
        let chain = TransformChain(
            transforms, size: Array(synthesis.shape.dropFirst()), viewSize: Array(evaluation.inputShape.dropFirst()),
            random.stream("transforms")[iteration])
        let step = slope(
            at: state.parameters, through: chain, isRedirected: iteration < settings.redirectedSteps)
        state.objective.append(step.value)
        let total = step.value - step.charge
        guard total.isFinite, step.gradient.isFinite else {
            state.isBroken = true
            return
        }
        if total > state.best {
            (state.best, state.bestIteration, state.bestParameters) = (total, iteration, state.parameters)
        }
        // An optimizer that looks around sees the transforms of this step wherever it looks.
        _ = settings.ascent.step(
            &state.parameters, &state.memory, number: iteration + 1,
            from: Slope(value: Double(total), gradient: step.gradient)
        ) { parameters in
            let there = slope(at: parameters, through: chain, isRedirected: iteration < settings.redirectedSteps)
            return Slope(value: Double(there.value - there.charge), gradient: there.gradient)
        }
    }

    /// The unit's activation and the image's charge, and the gradient of their difference with respect to parameters.
    package func slope(
        at parameters: Tensor, through chain: TransformChain, isRedirected: Bool
    ) -> (value: Float, charge: Float, gradient: Tensor) {
        let image = synthesis.image(parameters)
        let answer = evaluation.evaluate(chain.apply(image), objective, isRedirected: isRedirected)
        var gradient = chain.applyAdjoint(answer.gradient, size: Array(image.shape.dropFirst()))
        var charge = 0.0
        for penalty in settings.penalties {
            image.withUnsafeBufferPointer { image in
                gradient.withUnsafeMutableBufferPointer {
                    charge += penalty.charge(image, shape: synthesis.shape, slopeOff: $0)
                }
            }
        }
        return (answer.value, Float(charge), synthesis.gradient(gradient, at: image))
    }

    /// The better of the last and the best image, both seen plainly: a step's best may owe something to its transforms.
    func result(_ finished: OptimizationState) -> MaximizedUnit {
        var state = finished
        keepSnapshot(&state)
        var candidates = [(state.bestParameters, state.bestIteration)]
        if !state.isBroken, state.bestIteration != state.iteration {
            candidates.insert((state.parameters, state.iteration), at: 0)
        }
        let chain = TransformChain(
            [], size: Array(synthesis.shape.dropFirst()), viewSize: Array(evaluation.inputShape.dropFirst()), random)
        let seen = candidates.map { parameters, iteration in
            let image = synthesis.image(parameters)
            let answer = evaluation.evaluate(chain.apply(image), objective, isRedirected: false)
            return (image: image, iteration: iteration, value: answer.value, slope: answer.gradient)
        }
        let best = seen.count == 2 && seen[1].value > seen[0].value ? seen[1] : seen[0]
        return MaximizedUnit(
            unit: unit, image: best.image, activation: best.value, iteration: best.iteration,
            objective: state.objective,
            snapshots: zip(snapshotIterations, state.snapshots).map { (iteration: $0, image: $1) },
            outcome: .init(of: best.image, slope: best.slope, isBroken: state.isBroken))
    }

    private func keepSnapshot(_ state: inout OptimizationState) {
        let due = snapshotIterations
        guard state.snapshots.count < due.count, due[state.snapshots.count] == state.iteration else { return }
        state.snapshots.append(synthesis.image(state.parameters))
    }
}
