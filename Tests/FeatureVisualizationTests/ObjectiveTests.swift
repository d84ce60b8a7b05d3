import FeatureVisualization
import NeuralNetwork
import TestSupport
import Tensors
import Testing

@Suite struct ObjectiveTests {
    /// An objective of the golden file.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let terms: [ObjectiveTerm]
        var isDiverse = false
        var testDescription: String { name + (isDiverse ? "/diverse" : "") }
    }

    static let cases = [
        Case(name: "channel", terms: channel),
        Case(name: "center", terms: [ObjectiveTerm(layer: "conv2", .channel(5, .center))]),
        Case(name: "place", terms: [ObjectiveTerm(layer: "conv2", .channel(5, .at(row: 1, column: 3)))]),
        Case(name: "layer", terms: [ObjectiveTerm(layer: "relu2", .layer)]),
        Case(name: "direction", terms: [ObjectiveTerm(layer: "conv2", .direction(vector, .everywhere))]),
        Case(
            name: "direction-place", terms: [ObjectiveTerm(layer: "conv2", .direction(vector, .at(row: 2, column: 7)))]),
        Case(name: "negative", terms: [ObjectiveTerm(layer: "conv2", .channel(5, .everywhere), weight: -1)]),
        Case(name: "sum", terms: sum),
        Case(name: "channel", terms: channel, isDiverse: true),
        Case(name: "sum", terms: sum, isDiverse: true),
    ]

    private static let channel = [ObjectiveTerm(layer: "relu2", .channel(3, .everywhere))]
    private static let sum = [
        ObjectiveTerm(layer: "conv1", .channel(2, .everywhere)),
        ObjectiveTerm(layer: "relu2", .channel(3, .everywhere), weight: -0.5),
        ObjectiveTerm(layer: "relu1", .layer, weight: 2),
    ]
    private static var vector: [Float] { try! Golden("objectives").tensor("vector").scalars }

    /// Three images, made together where they are to differ, else each by itself.
    private func look(_ example: Case, at parameters: Tensor) throws -> UnitOptimization.Look {
        let settings = MaximizationSettings {
            $0.parameterization = .pixel
            $0.transforms = []
            $0.algorithm = .direct
            $0.variants = 3
            $0.diversity = example.isDiverse ? 7 : 0
        }
        let job = try Maximization(Golden.model("colour"), settings).optimizations(of: [TargetUnit(example.terms)])[0]
        let plain = TransformChain([], size: [24, 20], viewSize: [24, 20], CounterRandom(seed: 0))
        return job.slope(at: parameters, through: [plain, plain, plain], scale: 1, isRedirected: false)
    }

    @Test(arguments: cases) func `values and gradients are PyTorch's`(example: Case) throws {
        let golden = try Golden("objectives")
        let result = try look(example, at: golden.tensor("start"))
        for (ours, theirs) in zip(result.values, try golden.tensor("\(example.testDescription)/values").scalars) {
            #expect(abs(ours - theirs) < 1e-5 * max(abs(theirs), 0.1), "\(ours), expected \(theirs)")
        }
        let charge = example.isDiverse ? try golden.tensor("\(example.testDescription)/charge")[0] : 0
        #expect(abs(result.charge - charge) < 1e-5 * max(charge, 1))
        let gradient = try golden.tensor("\(example.testDescription)/gradient")
        let difference = deviation(result.gradient, from: gradient)
        #expect(difference.relativeNorm < 2e-5, "\(difference)")
    }

    @Test(arguments: cases) func `gradients are slopes`(example: Case) throws {
        let x = try Golden("objectives").tensor("start")
        let here = try look(example, at: x)
        let step: Float = 2e-4
        let rounding = 3e-6 * Double(max(abs(here.total), here.charge)) / Double(step)
        let errors = try (0..<5).map { seed in
            let direction = normalTensor(x.shape, seed: seed)
            let slope =
                Double(
                    try look(example, at: x + direction * step).total - look(example, at: x - direction * step).total)
                / Double(2 * step)
            let predicted = product(here.gradient, direction)
            return abs(slope - predicted) - 0.02 * max(abs(slope), here.gradient.norm) - rounding
        }
        // In a direction or two a ReLU may switch or another place become the maximum of a pooling window.
        #expect(errors.count { $0 < 0 } >= 3, "\(errors)")
    }

    @Test func `names say what is maximized`() {
        #expect(TargetUnit(Self.sum).description == "conv1:2 - 0.5*relu2:3 + 2*relu1")
        #expect(TargetUnit(layer: "a.1", channel: 7, position: .center).description == "a.1:7@center")
        let term = ObjectiveTerm(layer: "b", .direction([1, 2], .at(row: 3, column: 4)), weight: -1)
        #expect(TargetUnit([term]).description == "-b:direction@3,4")
    }

    @Test func `less is as good as more, with the sign turned`() throws {
        let model = try Golden.model("colour")
        let settings = MaximizationSettings {
            $0.iterations = 40
            $0.transforms = []
        }
        let channel = ObjectiveTerm(layer: "conv2", .channel(5, .everywhere))
        var less = channel
        less.weight = -1
        let results = try Maximization(model, settings).run([TargetUnit([channel]), TargetUnit([less])])
        #expect(results[0].objective.last! > results[0].objective[0] + 1)
        #expect(results[1].objective.last! > results[1].objective[0] + 1)
        // From a grey start they part: what one answers to, the other shuns.
        #expect(-results[1].activation < results[0].objective[0])
    }

    @Test func `images of a unit differ more with the term for it`() throws {
        let model = try Golden.model("colour")
        func likeness(_ diversity: Float) throws -> Double {
            let settings = MaximizationSettings {
                $0.iterations = 60
                $0.variants = 3
                $0.diversity = diversity
            }
            let job = try Maximization(model, settings).optimizations(of: [TargetUnit(layer: "conv2", channel: 5)])[0]
            var state = job.start
            for _ in 0..<60 { job.advance(&state) }
            var measuring = settings
            measuring.diversity = 1
            let plain = TransformChain([], size: [24, 20], viewSize: [24, 20], CounterRandom(seed: 0))
            return try Double(
                Maximization(model, measuring).optimizations(of: [job.unit])[0]
                    .slope(at: state.parameters, through: [plain, plain, plain], scale: 1, isRedirected: false).charge)
        }
        let (free, charged) = (try likeness(0), try likeness(3))
        #expect(charged < 0.9 * free, "\(charged), without the term \(free)")
    }

    @Test func `two steps away from each other are PyTorch's`() throws {
        let golden = try Golden("objectives")
        let settings = MaximizationSettings {
            $0.parameterization = .pixel
            $0.transforms = []
            $0.algorithm = .direct
            $0.variants = 3
            $0.diversity = 0.5
        }
        let job = try Maximization(Golden.model("colour"), settings)
            .optimizations(of: [TargetUnit(Self.channel)])[0]
        var state = job.start(at: try golden.tensor("start"))
        for step in 0..<3 {
            if step == 2 {
                let difference = deviation(state.parameters, from: try golden.tensor("steps/parameters"))
                #expect(difference.relativeNorm < 1e-5, "\(difference)")
            }
            job.advance(&state)
        }
        let (values, charges) = (try golden.tensor("steps/values").scalars, try golden.tensor("steps/charge").scalars)
        for (ours, theirs) in zip(state.objective + state.charge, values + charges) {
            #expect(abs(ours - theirs) < 1e-5 * max(abs(theirs), 1), "\(ours), expected \(theirs)")
        }
        #expect(state.charge.count == 3 && state.charge[2] < state.charge[0])
    }

    @Test func `several images of a unit do not depend on its company`() throws {
        let settings = MaximizationSettings {
            $0.iterations = 10
            $0.variants = 3
        }
        let unit = TargetUnit(layer: "relu2", channel: 4)
        let maximization = try Maximization(Golden.model("colour"), settings)
        let together = try maximization.run([TargetUnit(layer: "relu2", channel: 1), unit], threads: 2)
        let alone = try maximization.run([unit])
        #expect(alone.map(\.name) == ["relu2:4#1", "relu2:4#2", "relu2:4#3"] && together.count == 6)
        #expect(alone.map(\.image) == together.suffix(3).map(\.image))
        #expect(alone[0].image != alone[1].image && alone[1].image != alone[2].image)
    }

    @Test func `a saved state of several images goes on bit for bit`() throws {
        let settings = MaximizationSettings {
            $0.iterations = 12
            $0.variants = 2
            $0.snapshots = [0, 7]
        }
        let maximization = try Maximization(Golden.model("colour"), settings)
        let unit = TargetUnit(ObjectiveTests.sum)
        let job = try maximization.optimizations(of: [unit])[0]
        var state = job.start
        for _ in 0..<5 { job.advance(&state) }
        let restored = try OptimizationState(tensors: state.tensors, of: unit)
        #expect(restored.iteration == 5)
        let whole = try maximization.run([unit])
        let resumed = try maximization.run([unit], resuming: [unit: restored])
        #expect(whole.count == 2 && whole.map(\.image) == resumed.map(\.image))
        #expect(whole.map(\.objective) == resumed.map(\.objective) && whole[0].objective.count == 12)
        #expect(whole.map { $0.snapshots.map(\.image) } == resumed.map { $0.snapshots.map(\.image) })
    }
}
