package import Tensors

/// The way from noise to the images of one unit.
///
/// Everything it draws comes from the unit's own streams, and everything it computes runs on the calling thread, so the
/// result is the unit's alone.
package struct UnitOptimization: Sendable {
    package let unit: TargetUnit
    let settings: MaximizationSettings
    let objective: TargetObjective
    let evaluation: NetworkEvaluation
    package let synthesis: ImageSynthesis
    package let transforms: [ImageTransform]

    /// The stream of one image in one attempt, both counted from 0.
    private func random(_ attempt: Int, _ variant: Int) -> CounterRandom {
        CounterRandom(seed: settings.seed).stream("maximize").stream(unit.description)[attempt][variant]
    }

    package var start: OptimizationState { start(at: join(starts(attempt: 0))) }

    /// - Parameter parameters: of all images.
    package func start(at parameters: Tensor) -> OptimizationState {
        OptimizationState(
            start: parameters, variants: settings.variants, diversityScale: diversityScale(at: parameters))
    }

    private func starts(attempt: Int) -> [Tensor] {
        (0..<settings.variants).map { synthesis.start(random(attempt, $0).stream("start")) }
    }

    /// How much the layer answers to images; 1 where it answers nothing, or there is only one image.
    private func diversityScale(at parameters: Tensor) -> Float {
        guard settings.variants > 1 else { return 1 }
        let images = split(parameters).map(synthesis.image)
        let size = evaluation.evaluate(images.map(plain.apply), objective, scale: 0, isRedirected: false).answerSize
        return size > 0 && size.isFinite ? size : 1
    }

    /// Where to begin once more; `nil` where a run went well or no attempt is left.
    func start(after end: OptimizationState) -> OptimizationState? {
        let attempt = end.earlier.count + 1
        guard attempt < settings.attempts else { return nil }
        let outcomes = finding(end).outcomes
        guard outcomes.contains(where: { $0 != .healthy }) else { return nil }
        let ranTooFar = outcomes.contains { $0 == .saturated || $0 == .notFinite }
        let parameters = join(starts(attempt: attempt))
        var next = OptimizationState(
            start: ranTooFar ? parameters : parameters * 10, variants: end.variants,
            diversityScale: end.diversityScale)
        next.rate = ranTooFar ? end.rate / 10 : end.rate
        next.isRevived = !ranTooFar
        var failed = end
        failed.earlier = []
        failed.memory = [:]
        next.earlier = end.earlier + [failed]
        return next
    }

    private func isRedirected(_ state: OptimizationState) -> Bool {
        let steps = settings.redirectedSteps
        return state.iteration < (state.isRevived && steps > 0 ? max(64, 4 * steps) : steps)
    }

    /// Snapshots in ascending order, each once, as far as they are reached.
    private var snapshotIterations: [Int] {
        Set(settings.snapshots).filter { (0...settings.iterations).contains($0) }.sorted()
    }

    /// Takes one step.
    package func advance(_ state: inout OptimizationState) {
        let iteration = state.iteration
        keepSnapshot(&state)
        let chains = (0..<settings.variants).map {
            chain(transforms, random(state.earlier.count, $0).stream("transforms")[iteration])
        }
        let isRedirected = isRedirected(state)
        let (scale, ascent) = (state.diversityScale, settings.ascent.scaled(by: Double(state.rate)))
        let step = slope(at: state.parameters, through: chains, scale: scale, isRedirected: isRedirected)
        state.objective.append(contentsOf: step.values)
        state.charge.append(step.charge)
        guard step.total.isFinite, step.gradient.isFinite else {
            state.isBroken = true
            return
        }
        if step.total > state.best {
            (state.best, state.bestIteration, state.bestParameters) = (step.total, iteration, state.parameters)
        }
        // An optimizer that looks around sees the transforms of this step wherever it looks.
        _ = ascent.step(
            &state.parameters, &state.memory, number: iteration + 1,
            from: Slope(value: Double(step.total), gradient: step.gradient)
        ) { parameters in
            let there = slope(at: parameters, through: chains, scale: scale, isRedirected: isRedirected)
            return Slope(value: Double(there.total), gradient: there.gradient)
        }
    }

    /// What a look at the images of some parameters finds.
    package struct Look {
        /// What the unit answers to each image.
        package let values: [Float]
        /// What the images are charged for, together.
        package let charge: Float
        /// Of `total` with respect to the parameters.
        package let gradient: Tensor

        /// What is maximized.
        package var total: Float { values.reduce(0, +) - charge }
    }

    /// - Parameters:
    ///   - chains: one for each image.
    ///   - scale: what the weight of images being alike is counted in.
    package func slope(
        at parameters: Tensor, through chains: [TransformChain], scale: Float, isRedirected: Bool
    ) -> Look {
        let images = split(parameters).map(synthesis.image)
        let answer = evaluation.evaluate(
            zip(chains, images).map { $0.apply($1) }, objective, scale: scale, isRedirected: isRedirected)
        var charge = 0.0
        let gradients = images.indices.map { index in
            var gradient = chains[index].applyAdjoint(
                answer.gradients[index], size: Array(synthesis.shape.dropFirst()))
            for penalty in settings.penalties {
                images[index].withUnsafeBufferPointer { image in
                    gradient.withUnsafeMutableBufferPointer {
                        charge += penalty.charge(image, shape: synthesis.shape, slopeOff: $0)
                    }
                }
            }
            return synthesis.gradient(gradient, at: images[index])
        }
        return Look(
            values: answer.values, charge: answer.charge + Float(charge), gradient: join(gradients))
    }

    /// What a run came to.
    private struct Finding {
        let images: [Tensor]
        let iteration: Int
        let answer: NetworkEvaluation.Answer
        let outcomes: [MaximizedUnit.Outcome]

        var failures: Int { outcomes.count { $0 != .healthy } }

        func isBetter(than other: Finding) -> Bool {
            (other.failures, answer.total) > (failures, other.answer.total)
        }
    }

    /// The better of the last and the best images, both seen plainly: a step's best may owe something to its transforms.
    private func finding(_ state: OptimizationState) -> Finding {
        var candidates = [(state.bestParameters, state.bestIteration)]
        if !state.isBroken, state.bestIteration != state.iteration {
            candidates.insert((state.parameters, state.iteration), at: 0)
        }
        let seen = candidates.map { parameters, iteration in
            let images = split(parameters).map(synthesis.image)
            let answer = evaluation.evaluate(
                images.map(plain.apply), objective, scale: state.diversityScale, isRedirected: false)
            let outcomes = images.indices.map { variant in
                MaximizedUnit.Outcome(
                    of: images[variant], slope: answer.gradients[variant],
                    hasRisen: answer.values[variant] > state.objective[variant], isBroken: state.isBroken)
            }
            return Finding(images: images, iteration: iteration, answer: answer, outcomes: outcomes)
        }
        return seen.count == 2 && seen[1].answer.total > seen[0].answer.total ? seen[1] : seen[0]
    }

    /// One for each variant, of the best of all attempts.
    func result(_ last: OptimizationState) -> [MaximizedUnit] {
        var states = last.earlier + [last]
        for attempt in states.indices { keepSnapshot(&states[attempt]) }
        let findings = states.map(finding)
        let best = findings.indices.dropFirst().reduce(0) { findings[$1].isBetter(than: findings[$0]) ? $1 : $0 }
        return (0..<settings.variants).map { variant in
            MaximizedUnit(
                unit: unit, variant: settings.variants == 1 ? nil : variant, image: findings[best].images[variant],
                iteration: findings[best].iteration,
                snapshots: zip(snapshotIterations, states[best].snapshots).map {
                    (iteration: $0, image: split($1)[variant])
                },
                diversityScale: last.diversityScale,
                attempts: zip(states, findings).map { state, finding in
                    .init(
                        outcome: finding.outcomes[variant], activation: finding.answer.values[variant],
                        objective: state.objective(of: variant), charge: state.charge)
                }, kept: best)
        }
    }

    /// A look without changes.
    private var plain: TransformChain { chain([], random(0, 0)) }

    private func chain(_ transforms: [ImageTransform], _ random: CounterRandom) -> TransformChain {
        TransformChain(
            transforms, size: Array(synthesis.shape.dropFirst()), viewSize: Array(evaluation.inputShape.dropFirst()),
            random)
    }

    private func keepSnapshot(_ state: inout OptimizationState) {
        let due = snapshotIterations
        guard state.snapshots.count < due.count, due[state.snapshots.count] == state.iteration else { return }
        state.snapshots.append(join(split(state.parameters).map(synthesis.image)))
    }

    /// What belongs to each image; several stand along a first axis of their own.
    private func split(_ all: Tensor) -> [Tensor] {
        settings.variants == 1 ? [all] : (0..<settings.variants).map { all.row($0) }
    }

    private func join(_ parts: [Tensor]) -> Tensor { settings.variants == 1 ? parts[0] : Tensor.stack(parts) }
}
