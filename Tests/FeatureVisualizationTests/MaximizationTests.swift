import FeatureVisualization
import NeuralNetwork
import Synchronization
import TestSupport
import Tensors
import Testing

@Suite struct MaximizationTests {
    @Test func `a unit's result does not depend on its company or on threads`() throws {
        let model = try Golden.model("colour")
        let settings = MaximizationSettings {
            $0.iterations = 25
            $0.snapshots = [0, 5, 25]
            $0.penalties = [.totalVariation(weight: 0.1)]
        }
        let units = [("relu2", 3), ("conv1", 0), ("relu2", 0), ("conv2", 7), ("relu2", 11)]
            .map { TargetUnit(layer: $0.0, channel: $0.1) }
        let together = try Maximization(model, settings).run(units, threads: 3)
        for (index, unit) in units.enumerated() {
            let alone = try Maximization(model, settings).run([unit], threads: 1)[0]
            #expect(together[index].unit == unit)
            #expect(together[index].image == alone.image)
            #expect(together[index].objective == alone.objective)
            #expect(together[index].snapshots.map(\.image) == alone.snapshots.map(\.image))
            #expect(together[index].activation == alone.activation)
        }
        // Units of a layer start differently, and so do seeds.
        #expect(together[0].snapshots[0].image != together[2].snapshots[0].image)
        var other = settings
        other.seed = 1
        #expect(try Maximization(model, other).run([units[0]])[0].snapshots[0].image != together[0].snapshots[0].image)
    }

    static let ascents: [any Ascent] = [AdamAscent(), MomentumAscent(learningRate: 10), LBFGSAscent()]

    @Test(arguments: ascents) func `a saved state goes on bit for bit`(ascent: any Ascent) throws {
        let model = try Golden.model("colour")
        let unit = TargetUnit(layer: "relu2", channel: 4)
        let maximization = Maximization(
            model,
            MaximizationSettings {
                $0.iterations = 30
                $0.snapshots = [3, 20]
                $0.ascent = ascent
            })
        let saved = Mutex<[String: Tensor]>([:])
        let last = Mutex<[[String: Tensor]]>([])
        let keepLast = { @Sendable (progress: Maximization.Progress) in
            if progress.state.iteration == 30 { last.withLock { $0.append(progress.state.tensors) } }
        }
        let whole = try maximization.run([unit]) { progress in
            if progress.state.iteration == 11 { saved.withLock { $0 = progress.state.tensors } }
            keepLast(progress)
        }[0]
        let state = try OptimizationState(tensors: saved.withLock { $0 }, of: unit)
        #expect(state.iteration == 11)
        let resumed = try maximization.run([unit], resuming: [unit: state], progress: keepLast)[0]
        #expect(resumed.image == whole.image)
        #expect(resumed.objective == whole.objective && whole.objective.count == 30)
        #expect(resumed.snapshots.map(\.image) == whole.snapshots.map(\.image))
        let ends = last.withLock { $0 }
        #expect(ends.count == 2 && ends[0] == ends[1])
    }

    @Test func `finished units are handed back and not computed again`() throws {
        let units = [0, 1].map { TargetUnit(layer: "relu2", channel: $0) }
        let maximization = Maximization(try Golden.model("colour"), MaximizationSettings { $0.iterations = 5 })
        let first = try maximization.run([units[0]])[0]
        let seen = Mutex<Set<TargetUnit>>([])
        let both = try maximization.run(units, finished: [units[0]: [first]]) { progress in
            _ = seen.withLock { $0.insert(progress.unit) }
        }
        #expect(seen.withLock { $0 } == [units[1]])
        #expect(both[0].image == first.image && both[1].unit == units[1])
    }

    @Test(arguments: ["conv1", "relu2"], MaximizationSettings.ParameterizationKind.allCases)
    func `the gradient is the slope of the whole objective`(
        layer: String, kind: MaximizationSettings.ParameterizationKind
    ) throws {
        let settings = MaximizationSettings {
            $0.parameterization = kind
            $0.penalties = [.l2(weight: 3), .totalVariation(weight: 2)]
            $0.algorithm = .direct
        }
        let unit = TargetUnit(layer: layer, channel: 1, position: layer == "conv1" ? .center : .everywhere)
        let job = try Maximization(Golden.model("colour"), settings).optimizations(of: [unit])[0]
        let x = normalTensor(job.synthesis.parameterShape, seed: 10) * (kind == .pixel ? 1 : 0.1)
        for seed in 0..<4 {
            let chain = TransformChain(
                job.transforms, size: [24, 20], viewSize: [24, 20], CounterRandom(seed: seed))
            let direction = normalTensor(x.shape, seed: 20 + seed)
            func value(_ step: Float) -> Double {
                let result = job.slope(at: x + direction * step, through: [chain], scale: 1, isRedirected: false)
                return Double(result.values[0]) - Double(result.charge)
            }
            let step: Float = kind == .pixel ? 2e-3 : 5e-4
            let slope = (value(step) - value(-step)) / Double(2 * step)
            let gradient = job.slope(at: x, through: [chain], scale: 1, isRedirected: false).gradient
            let predicted = product(gradient, direction)
            // Kinks of ReLUs, maxima and absolute values that are crossed, and rounding over the step.
            #expect(
                abs(slope - predicted) < 0.02 * max(abs(slope), gradient.norm) + 1e-6 / Double(step),
                "slope \(slope), gradient · direction \(predicted)")
            #expect(gradient.norm > 1e-2)
        }
    }

    /// One filter as large as the image: the objective is Σ weight · pixel + bias.
    private func linearModel(_ weights: [Float], bias: Float = 0) throws -> Model {
        let network = try Network(
            name: "one", inputShape: [1, 4, 4],
            nodes: [
                .init(
                    name: "conv", layer: Convolution(inputChannels: 1, outputChannels: 1, kernel: [4, 4]),
                    inputs: [.networkInput]),
                .init(name: "relu", layer: ReLU(), inputs: [.node(0)]),
            ])
        return try Model(
            network: network,
            weights: ["conv.weight": Tensor(shape: [1, 1, 4, 4], weights), "conv.bias": Tensor(shape: [1], [bias])])
    }

    private let pattern: [Float] = [1, -2, 0.5, 1, -1, 3, -0.5, 1, 2, -1, 1, -3, -1, 1, -1, 2]

    @Test(arguments: MaximizationSettings.ParameterizationKind.allCases)
    func `a linear unit gets white where its weights are positive and black elsewhere`(
        kind: MaximizationSettings.ParameterizationKind
    ) throws {
        // Waves move many pixels at once: with unruly weights some land on the wrong plateau of the logistic function
        // and stay. Weights that change sign from half to half are one wave.
        let weights = kind == .pixel ? pattern : [Float](repeating: 1, count: 8) + [Float](repeating: -2, count: 8)
        let settings = MaximizationSettings {
            $0.parameterization = kind
            $0.transforms = []
            $0.iterations = 1500
        }
        let result = try Maximization(linearModel(weights), settings).run([TargetUnit(layer: "conv", channel: 0)])[0]
        for (pixel, weight) in zip(result.image.scalars, weights) {
            #expect(abs(pixel - (weight > 0 ? 1 : 0)) < 0.02, "\(pixel) for weight \(weight)")
        }
        let optimum = weights.filter { $0 > 0 }.reduce(0, +)
        #expect(result.activation > 0.99 * optimum && result.activation <= optimum)
        #expect(result.outcome == .saturated)
    }

    @Test func `with a quadratic penalty the optimum lies where the slopes cancel`() throws {
        let settings = MaximizationSettings {
            $0.parameterization = .pixel
            $0.transforms = []
            $0.penalties = [.l2(weight: 80)]
            $0.iterations = 1500
        }
        let parameters = Mutex<Tensor?>(nil)
        let result = try Maximization(linearModel(pattern), settings).run([TargetUnit(layer: "conv", channel: 0)]) {
            let state = $0.state
            if state.iteration == 1500 { parameters.withLock { $0 = state.parameters } }
        }[0]
        // weight = 2 · 80 / 16 · (pixel − 0.5)
        let end = try #require(parameters.withLock { $0 })
        let last = ImageSynthesis(shape: [1, 4, 4], settings: settings).image(end)
        for (pixel, weight) in zip(last.scalars, pattern) { #expect(abs(pixel - (0.5 + weight / 10)) < 2e-3) }
        #expect(result.outcome == .healthy)
    }

    @Test func `redirected ReLUs bring a unit to life that starts dead`() throws {
        let model = try linearModel([Float](repeating: 1, count: 16), bias: -10)
        let unit = TargetUnit(layer: "relu", channel: 0)
        var settings = MaximizationSettings {
            $0.transforms = []
            $0.parameterization = .pixel
            $0.iterations = 60
        }
        let result = try Maximization(model, settings).run([unit])[0]
        #expect(result.objective[0] == 0 && result.activation > 4 && result.outcome != .dead)
        settings.redirectedSteps = 0
        let dead = try Maximization(model, settings).run([unit])[0]
        #expect(dead.outcome == .dead && dead.activation == 0)
    }

    @Test func `what went wrong is said`() throws {
        var settings = MaximizationSettings {
            $0.transforms = []
            $0.iterations = 2
            $0.ascent = AdamAscent(learningRate: 1e-4)
        }
        let unit = TargetUnit(layer: "conv", channel: 0)
        #expect(try Maximization(linearModel(pattern), settings).run([unit])[0].outcome == .grey)
        settings.iterations = 5
        let huge = try Maximization(linearModel([Float](repeating: 3e38, count: 16)), settings).run([unit])[0]
        #expect(huge.outcome == .notFinite && huge.objective.count == 1)
        #expect(huge.image.isFinite)
    }

    @Test func `images have the size that suits the layer`() throws {
        let vgg = Model(
            randomlyInitialized: try Architecture.named("vgg16")!.network.upTo(30), seed: 0, input: .torchvision)
        #expect(try Maximization(vgg).imageShape(for: TargetUnit(layer: "features.14", channel: 0)) == [3, 128, 128])
        #expect(try Maximization(vgg).imageShape(for: TargetUnit(layer: "features.28", channel: 0)) == [3, 208, 208])
        let small = Model(randomlyInitialized: Architecture.named("mnist-cnn")!.network, seed: 0)
        for layer in small.network.layerNames {
            #expect(try Maximization(small).imageShape(for: TargetUnit(layer: layer, channel: 0)) == [1, 28, 28])
        }
        let settings = MaximizationSettings { $0.size = 40 }
        let unit = TargetUnit(layer: "block2.0", channel: 0)
        #expect(try Maximization(small, settings).imageShape(for: unit) == [1, 40, 40])
    }

    /// A filter over prepared pixels is another filter, and an offset, over plain ones; both have the same best image.
    @Test(arguments: [
        InputContract.caffe, .tf, InputContract(order: .bgr, range: 2, mean: [0.5, 0.25, 1], std: [0.5, 2, 4]),
    ]) func `images come back as pixels, however the network takes them`(contract: InputContract) throws {
        func model(_ filters: Tensor, _ bias: [Float], _ input: InputContract) throws -> Model {
            let network = try Network(
                name: "n", inputShape: [3, 16, 16],
                nodes: [
                    .init(
                        name: "conv", layer: Convolution(inputChannels: 3, outputChannels: 2, kernel: [5, 5]),
                        inputs: [.networkInput])
                ])
            return try Model(
                network: network, weights: ["conv.weight": filters, "conv.bias": Tensor(shape: [2], bias)], input: input
            )
        }
        let filters = normalTensor([2, 3, 5, 5], seed: 3).map { $0 / 100 }
        let (factor, offset) = contract.affine(channels: 3)
        let source = contract.sourceChannels(3)
        var (plain, bias) = (Tensor(shape: [2, 3, 5, 5]), [Float](repeating: 0, count: 2))
        for (filter, channel) in (0..<2).flatMap({ filter in (0..<3).map { (filter, $0) } }) {
            for place in 0..<25 {
                let weight = filters[filter, channel, place / 5, place % 5]
                plain[filter, source[channel], place / 5, place % 5] = weight * factor[channel]
                bias[filter] += weight * offset[channel]
            }
        }
        let settings = MaximizationSettings {
            $0.iterations = 12
            $0.size = 16
        }
        let unit = TargetUnit(layer: "conv", channel: 1)
        let prepared = try Maximization(model(filters, [0, 0], contract), settings).run([unit])[0]
        let direct = try Maximization(model(plain, bias, .unit), settings).run([unit])[0]
        #expect(prepared.image.range!.lowerBound >= 0 && prepared.image.range!.upperBound <= 1)
        #expect(deviation(prepared.image, from: direct.image).relativeNorm < 1e-4)
        #expect(abs(prepared.activation - direct.activation) < 1e-4 * abs(direct.activation))
        // The preparation matters.
        let other = try Maximization(model(filters, [0, 0], .unit), settings).run([unit])[0]
        #expect(abs(other.activation - direct.activation) > 0.1 * abs(direct.activation))
    }

    @Test func `a unit that stays dead is tried again, and the better run is kept`() throws {
        // One step with redirected ReLUs brings nothing to life; the second run has more of them, and a larger start.
        let model = try linearModel([Float](repeating: 1, count: 16), bias: -10)
        var settings = MaximizationSettings {
            $0.transforms = []
            $0.parameterization = .pixel
            $0.iterations = 60
            $0.redirectedSteps = 1
            $0.snapshots = [0, 60]
        }
        let unit = TargetUnit(layer: "relu", channel: 0)
        let dead = try Maximization(model, settings).run([unit])[0]
        #expect(dead.outcome == .dead && dead.attempts.count == 1)
        settings.attempts = 2
        let maximization = Maximization(model, settings)
        let saved = Mutex<[Int: [String: Tensor]]>([:])
        let again = try maximization.run([unit]) { progress in
            let steps = progress.state.iteration + 60 * progress.state.earlier.count
            if steps % 35 == 0 { saved.withLock { $0[steps] = progress.state.tensors } }
        }[0]
        #expect(again.attempts.count == 2 && again.kept == 1)
        #expect(again.attempts[0].outcome == .dead && again.attempts[0].objective == dead.objective)
        #expect(again.activation > 1 && again.activation == again.attempts[1].activation)
        #expect(again.snapshots[0].image != dead.snapshots[0].image)
        // From the middle of either run it goes on bit for bit.
        for (_, tensors) in saved.withLock({ $0 }) {
            let state = try OptimizationState(tensors: tensors, of: unit)
            let resumed = try maximization.run([unit], resuming: [unit: state])[0]
            #expect(resumed.image == again.image && resumed.attempts == again.attempts && resumed.kept == again.kept)
            #expect(resumed.snapshots.map(\.image) == again.snapshots.map(\.image))
        }
        #expect(saved.withLock { $0.keys.sorted() } == [35, 70, 105])
    }

    @Test func `a unit that is silenced altogether is not dead`() throws {
        // From 4.5 down to the 0 of its ReLU, where the gradient ends.
        let settings = MaximizationSettings {
            $0.transforms = []
            $0.parameterization = .pixel
            $0.attempts = 2
        }
        let less = ObjectiveTerm(layer: "relu", .channel(0, .everywhere), weight: -1)
        let result = try Maximization(linearModel(pattern, bias: 3), settings).run([TargetUnit([less])])[0]
        #expect(result.activation == 0 && result.objective[0] < -4)
        #expect(result.outcome == .healthy && result.attempts.count == 1)
    }

    @Test func `one tone is a result where the unit asks for it`() throws {
        let settings = MaximizationSettings {
            $0.transforms = []
            $0.parameterization = .pixel
            $0.iterations = 100
            $0.attempts = 2
        }
        let even = [Float](repeating: 0.1, count: 16)
        let result = try Maximization(linearModel(even), settings).run([TargetUnit(layer: "conv", channel: 0)])[0]
        #expect(result.outcome == .healthy && result.attempts.count == 1)
        let (mean, range) = (result.image.mean, result.image.range!)
        #expect(mean > 0.9 && range.upperBound - range.lowerBound < 0.02)
    }

    @Test func `what ran too far is tried again with smaller steps`() throws {
        let settings = MaximizationSettings {
            $0.transforms = []
            $0.parameterization = .pixel
            $0.iterations = 20
            $0.ascent = MomentumAscent(learningRate: 10)
            $0.attempts = 3
        }
        let states = Mutex<[OptimizationState]>([])
        let result = try Maximization(linearModel(pattern), settings).run([TargetUnit(layer: "conv", channel: 0)]) {
            let state = $0.state
            if state.iteration == 1 { states.withLock { $0.append(state) } }
        }[0]
        #expect(result.attempts.map(\.outcome) == [.saturated, .saturated, .healthy] && result.kept == 2)
        let starts = states.withLock { $0 }
        for (state, rate) in zip(starts, [1, 0.1, 0.01] as [Float]) {
            #expect(abs(state.rate - rate) < 1e-6 * rate && !state.isRevived)
        }
        #expect(starts[2].earlier.count == 2 && starts[2].earlier.allSatisfy { $0.memory.isEmpty })
    }

    @Test func `of two bad runs the one with the larger answer is kept`() throws {
        let settings = MaximizationSettings {
            $0.transforms = []
            $0.iterations = 2
            $0.ascent = AdamAscent(learningRate: 1e-4)
            $0.attempts = 3
        }
        let result = try Maximization(linearModel(pattern), settings).run([TargetUnit(layer: "conv", channel: 0)])[0]
        let best = result.attempts.map(\.activation).max()!
        let grey = result.attempts.filter { $0.outcome == .grey }
        #expect(grey.count == result.attempts.count ? result.activation == best : result.outcome == .healthy)
        #expect(result.attempts.count > 1)
    }

    @Test func `progress may stop everything`() throws {
        struct Stop: Error {}
        let maximization = Maximization(try Golden.model("gray"))
        #expect(throws: Stop.self) {
            try maximization.run([TargetUnit(layer: "conv", channel: 0)]) {
                if $0.state.iteration == 3 { throw Stop() }
            }
        }
    }
}
