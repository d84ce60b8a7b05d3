import NeuralNetwork
import Synchronization
import TestSupport
import Tensors
import Testing

@Suite struct GradientTests {
    @Test(arguments: GoldenNetwork.names, [1, 4])
    func `the gradient at the input is PyTorch's`(name: String, batch: Int) throws {
        let golden = try GoldenNetwork(name)
        let difference = deviation(try inputGradient(golden, batch: batch), from: try golden.tensor("gradient/input"))
        // Sums over thousands of products in single precision, through up to nineteen layers.
        #expect(difference.relativeNorm < 2e-5, "\(difference)")
    }

    @Test(arguments: GoldenNetwork.names, 0..<3)
    func `the gradient at the input is the slope of the objective`(name: String, seed: Int) throws {
        let golden = try GoldenNetwork(name)
        let images = try golden.input
        let weights = try golden.tensor("seed")
        let gradient = try inputGradient(golden, batch: 4)
        let random = CounterRandom(seed: seed).stream("direction")
        // A direction along one pixel in fifty: few enough that rarely a ReLU or a maximum changes side in between.
        let direction = Tensor(
            shape: images.shape,
            (0..<images.count).map { random.uniform($0) < 0.02 ? random.stream("size").normal($0) : 0 })
        func objective(_ step: Float) throws -> Double {
            var request = PlanRequest(batch: 4)
            request.activations = [golden.last]
            request.algorithm = .direct
            let output = try NetworkRunner(golden.model, request, threads: 1)
                .activations(of: images + direction * step)[golden.last]!
            return zip(output.scalars, weights.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let step: Float = 1e-3
        let slope = (try objective(step) - objective(-step)) / Double(2 * step)
        let predicted = zip(gradient.scalars, direction.scalars).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        // Curvature and kinks crossed; and rounding of each term of the objective, divided by the step.
        let output = try golden.tensor("output/" + golden.network.nodes[golden.last].name)
        let rounding = output.combined(with: weights) { abs($0 * $1) }.sum * 1e-7 / Double(step)
        #expect(
            abs(slope - predicted) < 0.03 * max(abs(slope), gradient.norm * direction.norm / 30) + rounding,
            "slope \(slope), gradient · direction \(predicted)")
    }

    @Test(arguments: GoldenNetwork.trainingNames, [[4], [2, 2], [3, 1], [1, 1, 1, 1]])
    func `training gives PyTorch's outputs, gradients and statistics for any chunks`(name: String, chunks: [Int]) throws
    {
        let golden = try GoldenNetwork(name)
        let run = try TrainingRun(golden, chunks: chunks, threads: 2)
        let last = golden.network.nodes[golden.last].name
        let output = deviation(run.output, from: try golden.tensor("training/output/" + last))
        #expect(output.relativeNorm < 2e-5, "output: \(output)")
        for (parameter, gradient) in run.gradients {
            let expected = try golden.tensor("training/gradient/" + parameter)
            // A bias before a batch normalisation has no influence: its gradient is rounding around zero.
            let difference = deviation(gradient, from: expected)
            #expect(
                difference.relativeNorm < 1e-4 || difference.largest < 2e-5, "\(parameter): \(difference)")
        }
        #expect(run.gradients.count == golden.network.parameters.count { $0.specification.role.isLearned })
        let input = deviation(run.inputGradient, from: try golden.tensor("training/gradient/input"))
        #expect(input.relativeNorm < 1e-4, "input: \(input)")
        for statistics in run.plan.batchStatistics {
            let (mean, variance) = statistics.values(in: run.workspaces[0])
            let count = Double(4 * statistics.positions)
            for channel in 0..<statistics.channels {
                let old = (
                    golden.model.weights[statistics.layer + ".running_mean"]![channel],
                    golden.model.weights[statistics.layer + ".running_var"]![channel]
                )
                let expected = (
                    try golden.tensor("training/after/\(statistics.layer).running_mean")[channel],
                    try golden.tensor("training/after/\(statistics.layer).running_var")[channel]
                )
                let share = statistics.momentum
                let newMean = (1 - share) * Double(old.0) + share * mean[channel]
                let newVariance = (1 - share) * Double(old.1) + share * variance[channel] * count / (count - 1)
                #expect(abs(newMean - Double(expected.0)) < 1e-5)
                #expect(abs(newVariance - Double(expected.1)) < 1e-5 * max(1, newVariance))
            }
        }
    }

    @Test(arguments: GoldenNetwork.trainingNames) func `training has the same bits for any number of threads`(
        name: String
    ) throws {
        let golden = try GoldenNetwork(name)
        let alone = try TrainingRun(golden, chunks: [2, 2], threads: 1)
        let parallel = try TrainingRun(golden, chunks: [2, 2], threads: 4)
        #expect(alone.output == parallel.output)
        #expect(alone.inputGradient == parallel.inputGradient)
        for (parameter, gradient) in alone.gradients { #expect(parallel.gradients[parameter]! == gradient) }
    }

    @Test func `a gradient tap sees and changes what flows back`() throws {
        let golden = try GoldenNetwork("residual")
        let relu = try golden.network.index(of: "sum_relu")
        var request = PlanRequest(batch: 4)
        request.seeds = [golden.last]
        request.gradients = [relu]
        request.inputGradient = true
        let runner = try NetworkRunner(golden.model, request, threads: 1)
        let (images, seed) = (try golden.input, try golden.tensor("seed"))
        let result = Gradients()
        for factor: Float in [1, 2] {
            try runner.run(4) { sample, pixels in
                _ = pixels.update(fromContentsOf: images.row(sample).scalars)
            } handler: { _, tap, values in
                switch tap {
                case .seed: _ = values.update(fromContentsOf: seed.scalars)
                case .gradient(relu): for index in values.indices { values[index] *= factor }
                case .inputGradient: result.values.append(Tensor(shape: images.shape, Array(values)))
                default: break
                }
            }
        }
        #expect(deviation(result.values[0], from: try golden.tensor("gradient/input")).relativeNorm < 2e-5)
        // Everything flows through that ReLU, so doubling there doubles the result.
        #expect(deviation(result.values[1], from: result.values[0] * 2).relativeNorm < 1e-6)
    }

    @Test func `Grad-CAM's gradient at a layer needs no gradient at the input`() throws {
        let golden = try GoldenNetwork("winograd")
        let relu = try golden.network.index(of: "relu2")
        var request = PlanRequest(batch: 4)
        request.seeds = [golden.last]
        request.gradients = [relu]
        let runner = try NetworkRunner(golden.model, request, threads: 1)
        let (images, seed) = (try golden.input, try golden.tensor("seed"))
        let result = Gradients()
        try runner.run(4) { sample, pixels in
            _ = pixels.update(fromContentsOf: images.row(sample).scalars)
        } handler: { _, tap, values in
            if case .seed = tap { _ = values.update(fromContentsOf: seed.scalars) }
            if tap == .gradient(relu) { result.values.append(Tensor(shape: [4, 32, 9, 10], Array(values))) }
        }
        // Global average pooling spreads each channel's seed evenly over 90 positions.
        var expected = Tensor(shape: [4, 32, 9, 10])
        for sample in 0..<4 {
            for channel in 0..<32 {
                for position in 0..<90 {
                    expected[sample, channel, position / 10, position % 10] = seed[sample, channel] / 90
                }
            }
        }
        #expect(deviation(result.values[0], from: expected).relativeNorm < 1e-6)
    }

    @Test(arguments: ReLURule.allCases) func `each ReLU rule hands back what its definition says`(rule: ReLURule) throws
    {
        // x → ReLU → y on one channel of 2×2, in two samples; the second is dead everywhere.
        let network = try Network(
            name: "one", inputShape: [1, 2, 2], nodes: [.init(name: "relu", layer: ReLU(), inputs: [.networkInput])])
        var request = PlanRequest(batch: 2)
        request.seeds = [0]
        request.inputGradient = true
        request.reluRule = rule
        let x = Tensor(shape: [2, 1, 2, 2], [1, -1, 2, -2, -1, -2, -3, -4])
        let gradient = Tensor(shape: [2, 1, 2, 2], [5, 6, -7, -8, 1, -2, 3, -4])
        let result = try NetworkRunner(Model(network: network, weights: [:]), request, threads: 1)
            .gradients(of: x) { range, _ in [0: gradient.rows(range)] }.gradient!
        let expected: [Float] =
            switch rule {
            case .standard: [5, 0, -7, 0, 0, 0, 0, 0]
            case .guided: [5, 0, 0, 0, 0, 0, 0, 0]
            case .deconvolution: [5, 6, 0, 0, 1, 0, 3, 0]
            case .redirected: [5, 0, -7, 0, 1, 0, 3, 0]
            }
        #expect(result.scalars == expected)
    }

    @Test func `a redirected ReLU6 hands back what leads away from both ends`() throws {
        let network = try Network(
            name: "one", inputShape: [1, 2, 2],
            nodes: [.init(name: "relu", layer: ReLU(limit: 6), inputs: [.networkInput])])
        var request = PlanRequest(batch: 2)
        request.seeds = [0]
        request.inputGradient = true
        request.reluRule = .redirected
        // The first sample is stuck everywhere; one value of the second is not.
        let x = Tensor(shape: [2, 1, 2, 2], [-1, -1, 7, 7, -1, 3, 7, 7])
        let gradient = Tensor(shape: [2, 1, 2, 2], [1, -2, 3, -4, 5, 6, 7, -8])
        let result = try NetworkRunner(Model(network: network, weights: [:]), request, threads: 1)
            .gradients(of: x) { range, _ in [0: gradient.rows(range)] }.gradient!
        #expect(result.scalars == [1, 0, 0, -4, 0, 6, 0, 0])
    }

    private func inputGradient(_ golden: GoldenNetwork, batch: Int) throws -> Tensor {
        var request = PlanRequest(batch: batch)
        request.seeds = [golden.last]
        request.inputGradient = true
        let seed = try golden.tensor("seed")
        return try NetworkRunner(golden.model, request, threads: 2)
            .gradients(of: golden.input) { range, _ in [golden.last: seed.rows(range)] }.gradient!
    }
}

/// A box that a test's handler writes on one thread.
private final class Gradients: @unchecked Sendable { var values: [Tensor] = [] }

/// One forward and backward pass in training, in chunks of given sizes.
private struct TrainingRun {
    let plan: Plan
    let workspaces: [Workspace]
    let output: Tensor
    let inputGradient: Tensor
    let gradients: [String: Tensor]

    init(_ golden: GoldenNetwork, chunks: [Int], threads: Int) throws {
        var request = PlanRequest(batch: chunks.max()!)
        request.isTraining = true
        request.weightGradients = true
        request.inputGradient = true
        request.activations = [golden.last]
        request.seeds = [golden.last]
        // The goldens were made without dropout.
        let nodes = golden.network.nodes.map {
            Network.Node(
                name: $0.name, layer: $0.layer is Dropout ? Dropout(probability: 0) : $0.layer, inputs: $0.inputs)
        }
        let network = try Network(name: "still", inputShape: golden.network.inputShape, nodes: nodes)
        let model = try Model(network: network, weights: golden.model.weights)
        let plan = try Plan(model, request)
        let images = try golden.input
        let seed = try golden.tensor("training/seed")
        var starts: [Int] = []
        for index in chunks.indices { starts.append(chunks[..<index].reduce(0, +)) }
        let workspaces = zip(starts, chunks).map { start, size in
            let workspace = Workspace(plan)
            workspace.validSamples = size
            workspace.input.update(repeating: 0)
            _ = workspace.input.update(fromContentsOf: images.rows(start..<start + size).scalars)
            return workspace
        }
        let outputCount = golden.network.outputShape.reduce(1, *)
        let outputs = Chunks()
        let inputs = Chunks()
        plan.run(workspaces, threads: threads) { [starts] chunk, tap, values in
            let range = starts[chunk]..<starts[chunk] + chunks[chunk]
            switch tap {
            case .activation: outputs.set(chunk, Array(values[..<(range.count * outputCount)]))
            case .seed: _ = values.update(fromContentsOf: seed.rows(range).scalars)
            case .inputGradient: inputs.set(chunk, Array(values[..<(range.count * images.rowCount)]))
            case .gradient: break
            }
        }
        self.plan = plan
        self.workspaces = workspaces
        output = Tensor(shape: [4] + golden.network.outputShape, outputs.joined(chunks.count))
        inputGradient = Tensor(shape: images.shape, inputs.joined(chunks.count))
        var gradients: [String: Tensor] = [:]
        for (index, entry) in plan.weightGradients.enumerated() {
            var sum = Tensor(shape: entry.shape)
            for workspace in workspaces {
                sum = sum + Tensor(shape: entry.shape, Array(workspace.weightGradient(index)[..<sum.count]))
            }
            gradients[entry.name] = sum
        }
        self.gradients = gradients
    }
}

/// Results by chunk, written from several threads.
private final class Chunks: Sendable {
    private let values = Mutex<[Int: [Float]]>([:])
    func set(_ chunk: Int, _ value: [Float]) { values.withLock { $0[chunk] = value } }
    func joined(_ count: Int) -> [Float] { values.withLock { all in (0..<count).flatMap { all[$0]! } } }
}
