import Circuits
import NeuralNetwork
import Tensors
import Testing

@Suite struct UpstreamTests {
    private func upstream(_ network: Network, _ layer: String, _ input: InputContract = .unit) throws -> Upstream {
        try CircuitRanking(
            Model(randomlyInitialized: network, seed: 1, input: input), layer: layer, filter: 0
        ).upstream
    }

    @Test func `the walk passes what keeps channels apart`() throws {
        let grouped = try upstream(chain(), "grouped")
        #expect(grouped.layers == ["conv1"] && grouped.layer == "conv1" && grouped.isNonNegative)
        #expect(grouped.origins == (0..<8).map { Upstream.Origin(layer: "conv1", channel: $0) })
        #expect(grouped.remark == "The ReLU 'relu1' stands before it: its input is never negative.")
    }

    @Test func `a batch norm after the ReLU takes the signs their meaning`() throws {
        let depthwise = try upstream(chain(), "depthwise")
        #expect(depthwise.layers == ["grouped"] && !depthwise.isNonNegative)
        #expect(
            depthwise.remark
                == "The batch normalisation 'norm2' stands between without a ReLU after it: "
                + "its input can be negative, and a weight's sign does not say excitation or inhibition.")
        let pointwise = try upstream(chain(), "pointwise")
        #expect(!pointwise.isNonNegative && pointwise.remark.hasPrefix("No ReLU stands between it and 'depthwise'"))
    }

    @Test func `the first layer reads the image`() throws {
        let raw = try upstream(chain(), "conv1")
        #expect(raw.layers.isEmpty && raw.layer == nil && raw.isNonNegative)
        #expect(raw.origins == (0..<3).map { Upstream.Origin(layer: nil, channel: $0) })
        let standardised = try upstream(chain(), "conv1", .torchvision)
        #expect(!standardised.isNonNegative && standardised.remark.hasPrefix("The input channels are the image's own"))
    }

    @Test func `channels of a concatenation come from their branches`() throws {
        let next = try upstream(branches(), "next")
        #expect(next.layers == ["left", "right"] && next.layer == "concat" && next.isNonNegative)
        #expect(next.origins[2] == .init(layer: "left", channel: 2))
        #expect(next.origins[3] == .init(layer: "right", channel: 0))
        let last = try upstream(branches(), "last")
        #expect(last.layers == ["sum"] && !last.isNonNegative)
        #expect(last.remark.hasPrefix("No ReLU stands between it and 'next'"))
    }

    @Test(arguments: [(0.0, true), (-1.0, false)])
    func `a clip from zero on is a ReLU under another name`(minimum: Double, isNonNegative: Bool) throws {
        let net = try network(
            [2, 4, 4],
            [
                ("a", Convolution(inputChannels: 2, outputChannels: 3, kernel: [1, 1]), []),
                ("clip", Clip(minimum: minimum, maximum: 6), []),
                ("b", Convolution(inputChannels: 3, outputChannels: 1, kernel: [1, 1]), []),
            ])
        #expect(try upstream(net, "b").isNonNegative == isNonNegative)
    }
}
