import Attribution
import JSONValues
import NeuralNetwork
import Tensors
import Testing

@Suite struct SanityTests {
    let golden: Golden

    init() throws { golden = try Golden() }

    @Test func `rank correlation knows order, ties and constants`() {
        #expect(RankCorrelation.of([1, 2, 3, 4], [10, 20, 30, 400]) == 1)
        #expect(RankCorrelation.of([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
        // By scipy.stats.spearmanr.
        #expect(abs(RankCorrelation.of([1, 2, 2, 5, 0], [3, 1, 4, 4, 2]) - 0.5) < 1e-6)
        #expect(RankCorrelation.of([1, 1], [1, 2]).isNaN)
        #expect(RankCorrelation.of([1, .nan, 3], [1, 2, 3]).isNaN)
    }

    @Test func `a method, smoothing and all, agrees with itself`() throws {
        let explainer = try golden.explainer()
        let focuses = try explainer.focuses(on: golden.images).map(\.focus)
        let method = SmoothGrad(copies: 5, level: 0.3, seed: 2, GradientAttribution(.guided))
        let maps = try method.attribute(golden.named, focuses, explainer)
        let checks = SanityChecks(method, explainer, seed: 1)
        #expect(try checks.correlations(maps, golden.named, focuses, asking: explainer) == [1, 1, 1])
    }

    @Test func `the other network has random weights of a stated seed`() throws {
        let explainer = try golden.explainer()
        let focuses = try explainer.focuses(on: golden.images).map(\.focus)
        let method = GradientAttribution(.standard)
        let maps = try method.attribute(golden.named, focuses, explainer)
        let found = try SanityChecks(method, explainer, seed: 7).againstRandomWeights(maps, golden.named, focuses)
        let random = Model(randomlyInitialized: golden.model.network, seed: 7, input: golden.model.input)
        let other = try method.attribute(
            golden.named, focuses, Explainer(random, explainer.rule, algorithm: .direct, threads: 1))
        #expect(found.correlations == Self.correlations(maps, other))
        #expect(found.seeds == [7, 7, 7])
        #expect(found.correlations.allSatisfy { abs($0) < 0.6 }, "\(found.correlations)")
    }

    @Test func `a dead random network gives way to another, a constant map to none`() throws {
        let network = try Network(
            json: JSONDocument(
                parsing: """
                    { "name": "dead", "input": [1, 4, 4], "layers": [
                      { "name": "conv", "kind": "convolution", "in_channels": 1, "out_channels": 1, "kernel": 3 },
                      { "name": "relu", "kind": "relu" }, { "name": "flatten", "kind": "flatten" } ] }
                    """
            ).root)
        let pixels = Tensor(shape: [2, 1, 4, 4], (0..<32).map { Float($0 % 7) / 7 })
        let images = NamedImages(pixels, names: ["a", "b"])
        let model = try Model(
            network: network,
            weights: [
                "conv.weight": Tensor(shape: [1, 1, 3, 3], (1...9).map(Float.init)),
                "conv.bias": Tensor(shape: [1], [1]),
            ])
        let explainer = try Explainer(
            model, FocusRule(.unit(layer: "relu", channel: 0, .everywhere), .logit, in: network), threads: 1)
        let focuses = try explainer.focuses(on: pixels).map(\.focus)
        let method = GradientAttribution(.standard)
        let maps = try method.attribute(images, focuses, explainer)
        func scores(_ seed: Int) throws -> [Double] {
            let random = try Explainer(Model(randomlyInitialized: network, seed: seed), explainer.rule, threads: 1)
            return try random.focuses(on: pixels).map(\.score.value)
        }
        let seed = try (0..<100).first { seed in
            try scores(seed).allSatisfy { $0 == 0 } && scores(seed + 1).allSatisfy { $0 > 0 }
        }
        let dead = try #require(seed)
        let found = try SanityChecks(method, explainer, seed: dead).againstRandomWeights(maps, images, focuses)
        #expect(found.seeds == [dead + 1, dead + 1])
        #expect(found.correlations.allSatisfy { $0.isFinite })
        let flat = Attribution(maps: Tensor(shape: maps.maps.shape))
        let none = try SanityChecks(method, explainer, seed: 0).againstRandomWeights(flat, images, focuses)
        #expect(none.seeds == [-1, -1])
        #expect(none.correlations.allSatisfy { $0.isNaN })
    }

    @Test func `the other class is the most probable of the rest`() throws {
        let explainer = try golden.explainer()
        let focuses = try explainer.focuses(on: golden.images).map(\.focus)
        let method = GradientAttribution(.standard)
        let maps = try method.attribute(golden.named, focuses, explainer)
        let logits = try golden.tensor("logits")
        let expected = try focuses.indices.map { row -> Float in
            let scores = logits.row(row).scalars
            let second = scores.indices.sorted { scores[$0] > scores[$1] }[1]
            let other = try golden.attribute(method, by: golden.explainer(.classIndex(second)))
            return Self.correlations(maps, other)[row]
        }
        let found = try SanityChecks(method, explainer, seed: 1).againstOtherClass(maps, golden.named, focuses)
        #expect(found == expected)
    }

    private static func correlations(_ first: Attribution, _ second: Attribution) -> [Float] {
        (0..<first.maps.shape[0]).map {
            RankCorrelation.of(
                Attribution.summed(first.maps.row($0), isSigned: false).scalars,
                Attribution.summed(second.maps.row($0), isSigned: false).scalars)
        }
    }

    @Test func `covering what matters first makes the score fall first`() throws {
        let explainer = try golden.explainer()
        let found = try explainer.focuses(on: golden.images)
        let focuses = found.map(\.focus)
        let method = IntegratedGradients(steps: 20, baseline: .mean)
        let good = try method.attribute(golden.named, focuses, explainer)
        let opposite = Attribution(maps: good.maps * -1)
        func curve(_ attribution: Attribution) throws -> DeletionCurve {
            try DeletionCurve(
                attribution, golden.images, focuses, isSigned: true, steps: 10, fill: .mean, explainer)
        }
        let (falls, stays) = (try curve(good), try curve(opposite))
        #expect(falls.fractions.first == 0 && falls.fractions.last == 1 && falls.fractions.count == 11)
        for row in focuses.indices {
            #expect(abs(Double(falls.deletion[row, 0]) - found[row].score.value) < 1e-5)
            #expect(abs(Double(falls.insertion[row, 10]) - found[row].score.value) < 1e-5)
            #expect(abs(falls.deletion[row, 10] - falls.insertion[row, 0]) < 1e-5)
            #expect(
                DeletionCurve.area(falls.deletion.row(row).scalars)
                    < DeletionCurve.area(stays.deletion.row(row).scalars))
            #expect(
                DeletionCurve.area(falls.insertion.row(row).scalars)
                    > DeletionCurve.area(stays.insertion.row(row).scalars))
        }
    }
}
