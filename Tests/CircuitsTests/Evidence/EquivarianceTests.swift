import Circuits
import NeuralNetwork
import Tensors
import Testing

@Suite struct EquivarianceTests {
    /// A convolution over colours whose filters are given.
    private func model(_ filters: [[Float]], kernel: [Int], groups: Int = 1, input: InputContract = .unit) throws
        -> Model
    {
        let channels = 3 * groups
        let net = try network(
            [channels, 8, 8],
            [
                (
                    "conv",
                    Convolution(
                        inputChannels: channels, outputChannels: filters.count, kernel: kernel, groups: groups,
                        hasBias: false), []
                )
            ])
        return try Model(
            network: net,
            weights: ["conv.weight": Tensor(shape: [filters.count, 3] + kernel, filters.flatMap { $0 })], input: input)
    }

    private func random(_ seed: Int, _ count: Int) -> [Float] {
        let numbers = CounterRandom(seed: seed)
        return (0..<count).map { numbers.normal($0) }
    }

    /// The filter with its rows and columns taken from elsewhere.
    private func laidOut(_ filter: [Float], _ source: (Int, Int) -> (Int, Int)) -> [Float] {
        var result = filter
        for index in result.indices {
            let from = source(index / 3 % 3, index % 3)
            result[index] = filter[index / 9 * 9 + from.0 * 3 + from.1]
        }
        return result
    }

    /// A quarter turn counterclockwise: the right column becomes the top row.
    private func turned(_ filter: [Float]) -> [Float] { laidOut(filter) { ($1, 2 - $0) } }

    @Test func `siblings that are the filter turned, mirrored or recoloured are found`() throws {
        let first = random(1, 27)
        let mirrored = laidOut(first) { ($0, 2 - $1) }
        let recoloured = Array(first[18...]) + Array(first[..<18])
        let model = try model([first, random(2, 27), turned(first), mirrored, recoloured], kernel: [3, 3])
        let found = try FilterEquivariance(model, layer: "conv", filter: 0).matches
        for (family, filter, change) in [
            (FilterEquivariance.Family.rotation, 2, "90°"), (.reflection, 3, "left-right"), (.hue, 4, "BRG"),
        ] {
            let match = try #require(found[family])
            #expect(match.filter == filter && match.change == change && abs(match.cosine - 1) < 1e-6, "\(match)")
        }
        #expect(try #require(found[.unchanged]).cosine < 0.9)
        // Back again: three quarters more.
        let back = try FilterEquivariance(model, layer: "conv", filter: 2).matches[.rotation]
        #expect(back?.filter == 0 && back?.change == "270°")
    }

    @Test func `colours are named in the order in which the network reads them`() throws {
        let first = random(1, 3)
        var contract = InputContract.unit
        contract.order = .bgr
        let model = try model([first, [first[1], first[0], first[2]]], kernel: [1, 1], input: contract)
        let match = try FilterEquivariance(model, layer: "conv", filter: 0).matches[.hue]
        #expect(match?.change == "GBR" && abs((match?.cosine ?? 0) - 1) < 1e-6)
    }

    @Test func `a change that moves no weight is none`() throws {
        let pointwise = try FilterEquivariance(
            model([random(1, 3), random(2, 3)], kernel: [1, 1]), layer: "conv", filter: 0)
        #expect(Set(pointwise.matches.keys) == [.hue, .unchanged])
        let wide = try FilterEquivariance(
            model([random(1, 9), random(2, 9)], kernel: [1, 3]), layer: "conv", filter: 0)
        #expect(wide.matches[.reflection]?.change == "left-right")
        #expect(
            try FilterEquivariance(model([random(1, 27)], kernel: [3, 3]), layer: "conv", filter: 0).matches.isEmpty)
    }

    @Test func `siblings read the same channels, and zeros are like nothing`() throws {
        let first = random(1, 27)
        let model = try model(
            [first, random(2, 27), [Float](repeating: 0, count: 27), first, turned(first), first], kernel: [3, 3],
            groups: 2)
        let found = try FilterEquivariance(model, layer: "conv", filter: 0).matches
        #expect(found[.unchanged]?.filter == 1 && found[.hue] == nil)
        #expect(try FilterEquivariance(model, layer: "conv", filter: 2).matches.isEmpty)
    }
}
