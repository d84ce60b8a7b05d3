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

    @Test func `where sums of sums meet, each is looked at once`() throws {
        var layers: [(name: String, layer: any Layer, inputs: [String])] = [
            ("first", Convolution(inputChannels: 2, outputChannels: 3, kernel: [1, 1]), [])
        ]
        var last = "first"
        // 2^40 ways lead to the end.
        for step in 0..<40 {
            layers.append(("relu\(step)", ReLU(), [last]))
            layers.append(("sum\(step)", Addition(), [last, "relu\(step)"]))
            last = "sum\(step)"
        }
        layers.append(("both", Concatenation(), [last, last]))
        layers.append(("last", Convolution(inputChannels: 6, outputChannels: 2, kernel: [1, 1]), ["both"]))
        let model = Model(randomlyInitialized: try network([2, 4, 4], layers), seed: 5)
        let uses = try DownstreamUse.ranked(model, layer: "first", filter: 2, count: 100)
        #expect(Set(uses.map(\.channel)) == [2, 5] && uses.count == 4)
    }

    @Test func `a dense network's filters are read by all layers behind them`() throws {
        let model = Model(randomlyInitialized: Architecture.named("densenet121")!.network, seed: 1)
        let uses = try DownstreamUse.ranked(
            model, layer: "features.denseblock4.denselayer1.conv2", filter: 3, count: 10_000)
        // The 15 layers behind it in its block; the classifier is no convolution.
        #expect(Set(uses.map(\.layer)).count == 15)
        #expect(Set(uses.map(\.channel)) == [512 + 3])
    }
}
