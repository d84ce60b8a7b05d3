import Attribution
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
    }

    @Test func `random weights make other maps, the same weights the same`() throws {
        let explainer = try golden.explainer()
        let focuses = try explainer.focuses(on: golden.images).map(\.focus)
        let method = GradientAttribution(.standard)
        let maps = try method.attribute(golden.images, focuses, explainer)
        let same = SanityChecksForTests.correlations(maps, maps)
        #expect(same.allSatisfy { abs($0 - 1) < 1e-6 })
        let random = try SanityChecks.againstRandomWeights(
            maps, golden.images, focuses, by: method, explainer, seed: 1)
        #expect(random.allSatisfy { abs($0) < 0.6 }, "\(random)")
        let others = try SanityChecks.againstOtherClass(maps, golden.images, focuses, by: method, explainer)
        #expect(others.allSatisfy { $0 < 0.99 }, "\(others)")
    }

    @Test func `covering what matters first makes the score fall first`() throws {
        let explainer = try golden.explainer()
        let found = try explainer.focuses(on: golden.images)
        let focuses = found.map(\.focus)
        let method = IntegratedGradients(steps: 20, start: .mean)
        let good = try method.attribute(golden.images, focuses, explainer)
        let opposite = Attribution(maps: good.maps * -1)
        func curve(_ attribution: Attribution) throws -> DeletionCurve {
            try DeletionCurve(
                attribution, golden.images, focuses, isSigned: true, steps: 10, filling: .mean, explainer)
        }
        let (falls, stays) = (try curve(good), try curve(opposite))
        #expect(falls.fractions.first == 0 && falls.fractions.last == 1 && falls.fractions.count == 11)
        for row in focuses.indices {
            #expect(abs(falls.deletion[row, 0] - found[row].score) < 1e-5)
            #expect(abs(falls.insertion[row, 10] - found[row].score) < 1e-5)
            #expect(abs(falls.deletion[row, 10] - falls.insertion[row, 0]) < 1e-5)
            #expect(DeletionCurve.area(falls.deletion, row: row) < DeletionCurve.area(stays.deletion, row: row))
            #expect(DeletionCurve.area(falls.insertion, row: row) > DeletionCurve.area(stays.insertion, row: row))
        }
    }
}

enum SanityChecksForTests {
    static func correlations(_ first: Attribution, _ second: Attribution) -> [Float] {
        (0..<first.maps.shape[0]).map {
            RankCorrelation.of(
                Attribution.summed(first.maps.row($0), isSigned: false).scalars,
                Attribution.summed(second.maps.row($0), isSigned: false).scalars)
        }
    }
}
