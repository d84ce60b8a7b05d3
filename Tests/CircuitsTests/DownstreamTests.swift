import Circuits
import NeuralNetwork
import Tensors
import Testing

@Suite struct DownstreamTests {
    @Test func `the next layer's filters come by the norm they use`() throws {
        let model = Model(randomlyInitialized: try chain(), seed: 5)
        let uses = try DownstreamUse.ranked(model, layer: "conv1", filter: 6, count: 100)
        // Channel 6 lies in the second group: filters 6..<12 read it as their channel 2.
        #expect(Set(uses.map(\.filter)) == Set(6..<12))
        for use in uses {
            #expect(use.layer == "grouped" && use.channel == 6)
            #expect(use.kernel == model.weights["grouped.weight"]!.row(use.filter).row(2))
        }
        #expect(uses.map(\.statistics.l2) == uses.map(\.statistics.l2).sorted(by: >))
        #expect(
            try DownstreamUse.ranked(model, layer: "conv1", filter: 6, count: 2).map(\.filter)
                == uses.prefix(2).map(\.filter))
        #expect(try DownstreamUse.ranked(model, layer: "pointwise", filter: 0).isEmpty)
    }

    @Test func `branches, concatenations and sums are followed`() throws {
        let model = Model(randomlyInitialized: try branches(), seed: 5)
        let squeeze = try DownstreamUse.ranked(model, layer: "squeeze", filter: 1, count: 100)
        #expect(Set(squeeze.map(\.layer)) == ["left", "right"] && squeeze.count == 8)
        let right = try DownstreamUse.ranked(model, layer: "right", filter: 1, count: 100)
        #expect(Set(right.map(\.layer)) == ["next", "last"] && right.count == 10)
        #expect(right.allSatisfy { $0.channel == 4 })
    }
}
