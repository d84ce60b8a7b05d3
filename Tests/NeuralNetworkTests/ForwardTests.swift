import NeuralNetwork
import TestSupport
import Tensors
import Testing

/// A chain of a dozen single-precision layers against double precision: a few 1e-7 a layer, Winograd 1e-6.
private let tolerance = 1e-5

@Suite struct ForwardTests {
    @Test(arguments: GoldenNetwork.names) func `every layer gives PyTorch's output`(name: String) throws {
        let golden = try GoldenNetwork(name)
        var request = PlanRequest(batch: 3)
        request.activations = Set(golden.network.nodes.indices)
        let outputs = try NetworkRunner(golden.model, request, threads: 2).activations(of: golden.input)
        for (index, node) in golden.network.nodes.enumerated() {
            let difference = deviation(try #require(outputs[index]), from: try golden.tensor("output/" + node.name))
            #expect(difference.relativeNorm < tolerance, "\(node.name): \(difference)")
        }
    }

    @Test(arguments: GoldenNetwork.names) func `the output is the same when layers are fused`(name: String) throws {
        let golden = try GoldenNetwork(name)
        var request = PlanRequest(batch: 4)
        request.activations = [golden.last]
        let outputs = try NetworkRunner(golden.model, request, threads: 1).activations(of: golden.input)
        let difference = deviation(
            outputs[golden.last]!, from: try golden.tensor("output/" + golden.network.nodes[golden.last].name))
        #expect(difference.relativeNorm < tolerance, "\(difference)")
    }

    @Test func `an activation tapped before ReLU keeps its negative values`() throws {
        let golden = try GoldenNetwork("winograd")
        var request = PlanRequest(batch: 2)
        let (convolution, relu) = (try golden.network.index(of: "a"), try golden.network.index(of: "relu"))
        request.activations = [convolution, relu]
        let outputs = try NetworkRunner(golden.model, request, threads: 1).activations(of: golden.input)
        #expect(outputs[convolution]!.range!.lowerBound < -0.1)
        #expect(outputs[relu]! == outputs[convolution]!.map { max($0, 0) })
    }

    @Test(arguments: [2, 20])  // weights read where they lie, and in oneDNN's order
    func `a plan that takes new weights computes with them, and the old ones stay`(batch: Int) throws {
        let network = try smallNetwork(inputs: 5, outputs: 3)
        let (first, second) = (
            Model(randomlyInitialized: network, seed: 1), Model(randomlyInitialized: network, seed: 2)
        )
        let images = Tensor(shape: [batch, 1, 1, 5], (0..<5 * batch).map { Float($0 % 7) / 7 })
        var request = PlanRequest(batch: batch)
        request.activations = [2]
        let runner = try NetworkRunner(first, request, threads: 1)
        let before = try runner.activations(of: images)[2]!
        runner.plan.refresh(second.weights)
        let after = try runner.activations(of: images)[2]!
        #expect(after != before)
        let expected = try NetworkRunner(second, request, threads: 1).activations(of: images)[2]!
        #expect(after == expected)
        #expect(first.weights == Model(randomlyInitialized: network, seed: 1).weights)
    }

    @Test func `what is no number stays none`() throws {
        let network = try smallNetwork(inputs: 2, outputs: 2)
        var request = PlanRequest(batch: 1)
        request.activations = [2]
        let runner = try NetworkRunner(Model(randomlyInitialized: network, seed: 1), request, threads: 1)
        let output = try runner.activations(of: Tensor(shape: [1, 1, 1, 2], [.nan, 1]))[2]!
        #expect(output.scalars.allSatisfy { $0.isNaN })
    }

    private func smallNetwork(inputs: Int, outputs: Int) throws -> Network {
        try Network(
            name: "small", inputShape: [1, 1, inputs],
            nodes: [
                .init(name: "flat", layer: Flatten(), inputs: [.networkInput]),
                .init(
                    name: "linear", layer: Linear(inputFeatures: inputs, outputFeatures: outputs), inputs: [.node(0)]),
                .init(name: "relu", layer: ReLU(), inputs: [.node(1)]),
            ])
    }

    @Test func `direct and Winograd convolution agree to single precision`() throws {
        let golden = try GoldenNetwork("winograd")
        var request = PlanRequest(batch: 4)
        request.activations = [golden.last]
        let fast = try NetworkRunner(golden.model, request, threads: 1).activations(of: golden.input)[golden.last]!
        request.algorithm = .direct
        let exact = try NetworkRunner(golden.model, request, threads: 1).activations(of: golden.input)[golden.last]!
        #expect(fast != exact, "Winograd was not used")
        #expect(deviation(fast, from: exact).relativeNorm < 5e-6)
    }

    @Test(arguments: ["winograd", "residual", "gray"])
    func `results have the same bits for any number of threads and any company`(name: String) throws {
        let golden = try GoldenNetwork(name)
        var request = PlanRequest(batch: 2)
        request.activations = [golden.last]
        let images = try golden.input
        let all = try NetworkRunner(golden.model, request, threads: 1).activations(of: images)[golden.last]!
        let parallel = try NetworkRunner(golden.model, request, threads: 3).activations(of: images)[golden.last]!
        #expect(parallel == all)
        for sample in 0..<images.shape[0] {
            let alone = try NetworkRunner(golden.model, request, threads: 1)
                .activations(of: images.rows(sample..<sample + 1))[golden.last]!
            #expect(alone == all.rows(sample..<sample + 1), "sample \(sample)")
        }
    }

    @Test func `a replaced activation is what later layers see`() throws {
        let golden = try GoldenNetwork("residual")
        let stem = try golden.network.index(of: "stem_relu")
        var request = PlanRequest(batch: 4)
        request.replacedActivations = [stem]
        request.activations = [golden.last]
        let runner = try NetworkRunner(golden.model, request, threads: 1)
        let images = try golden.input
        // With the stem silenced all samples are the same to what follows.
        let output = Collected()
        try runner.run(4) { sample, pixels in
            _ = pixels.update(fromContentsOf: images.row(sample).scalars)
        } handler: { _, tap, values in
            if tap == .activation(stem) { values.update(repeating: 0) }
            if tap == .activation(golden.last) { output.value = Array(values) }
        }
        let rows = stride(from: 0, to: 32, by: 8).map { Array(output.value[$0..<$0 + 8]) }
        #expect(rows.allSatisfy { $0 == rows[0] })
        let untouched = try golden.tensor("output/log").scalars
        #expect(rows[0] != Array(untouched[..<8]))
    }

    @Test func `nothing beyond the deepest layer asked for is computed`() throws {
        let golden = try GoldenNetwork("gray")
        var request = PlanRequest(batch: 2)
        request.activations = [1]
        let shallow = try Plan(golden.model, request)
        request.activations = [golden.last]
        #expect(try shallow.stepCount < Plan(golden.model, request).stepCount)
        // The first convolution alone fits images that the linear layer would refuse.
        request.activations = [1]
        request.inputShape = [1, 40, 24]
        #expect(try Plan(golden.model, request).inputShape == [1, 40, 24])
    }

    @Test func `memory is shared by activations that do not live at the same time`() throws {
        var request = PlanRequest(batch: 1)
        let network = Architecture.named("vgg16")!.network
        let model = Model(randomlyInitialized: try network.upTo(30), seed: 0)
        request.activations = [30]
        // The two largest maps of VGG16 are 64×224×224 floats; more than three of them at once would be a leak.
        #expect(try Plan(model, request).arenaBytes <= 3 * 64 * 224 * 224 * 4)
    }
}

/// A box that a test's handler writes on one thread.
private final class Collected: @unchecked Sendable { var value: [Float] = [] }
