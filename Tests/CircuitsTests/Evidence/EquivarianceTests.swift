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
        let found = try SiblingSearch(model).equivariance(of: 0, in: "conv").matches
        for (family, filter, change) in [
            (FilterEquivariance.Family.rotation, 2, "90°"), (.reflection, 3, "left-right"), (.hue, 4, "BRG"),
        ] {
            let match = try #require(found[family])
            #expect(match.filter == filter && match.change == change && abs(match.cosine - 1) < 1e-6, "\(match)")
        }
        #expect(try #require(found[.unchanged]).cosine < 0.9)
        // Back again: three quarters more.
        let back = try SiblingSearch(model).equivariance(of: 2, in: "conv").matches[.rotation]
        #expect(back?.filter == 0 && back?.change == "270°")
    }

    @Test func `colours are named in the order in which the network reads them`() throws {
        let first = random(1, 3)
        var contract = InputContract.unit
        contract.order = .bgr
        let model = try model([first, [first[1], first[0], first[2]]], kernel: [1, 1], input: contract)
        let match = try SiblingSearch(model).equivariance(of: 0, in: "conv").matches[.hue]
        #expect(match?.change == "GBR" && abs((match?.cosine ?? 0) - 1) < 1e-6)
    }

    @Test func `a change that moves no weight is none`() throws {
        let pointwise = try SiblingSearch(model([random(1, 3), random(2, 3)], kernel: [1, 1]))
            .equivariance(of: 0, in: "conv")
        #expect(Set(pointwise.matches.keys) == [.hue, .unchanged])
        let wide = try SiblingSearch(model([random(1, 9), random(2, 9)], kernel: [1, 3]))
            .equivariance(of: 0, in: "conv")
        #expect(wide.matches[.reflection]?.change == "left-right")
        let alone = try SiblingSearch(model([random(1, 27)], kernel: [3, 3])).equivariance(of: 0, in: "conv")
        #expect(alone.matches.isEmpty)
    }

    @Test func `siblings read the same channels, and zeros are like nothing`() throws {
        let first = random(1, 27)
        let model = try model(
            [first, random(2, 27), [Float](repeating: 0, count: 27), first, turned(first), first], kernel: [3, 3],
            groups: 2)
        let found = try SiblingSearch(model).equivariance(of: 0, in: "conv").matches
        #expect(found[.unchanged]?.filter == 1 && found[.hue] == nil)
        #expect(try SiblingSearch(model).equivariance(of: 2, in: "conv").matches.isEmpty)
    }

    /// Two branches of filters that turn into each other by quarters, and two filters behind their concatenation: the
    /// second is the first turned by a quarter, and reads the turned units.
    private func deep() throws -> Model {
        let first = random(1, 27)
        let orbit = [first, turned(first), turned(turned(first)), turned(turned(turned(first)))]
        let net = try network(
            [3, 16, 16],
            [
                ("left", Convolution(inputChannels: 3, outputChannels: 2, kernel: [3, 3], hasBias: false), []),
                ("right", Convolution(inputChannels: 3, outputChannels: 4, kernel: [3, 3], hasBias: false), ["input"]),
                ("joined", Concatenation(), ["left", "right"]),
                ("relu", ReLU(), []),
                ("pool", MaxPooling(kernel: [2, 2]), []),
                ("deep", Convolution(inputChannels: 6, outputChannels: 3, kernel: [3, 3], hasBias: false), []),
                ("last", Convolution(inputChannels: 3, outputChannels: 2, kernel: [1, 1], hasBias: false), []),
            ])
        let symmetric = (0..<27).map { Float([1, 2, 1, 2, 3, 2, 1, 2, 1][$0 % 9] * ($0 / 9 + 1)) }
        let striped = (0..<27).map { Float($0 % 3 - 1) }
        let kernels = (0..<6).map { random(40 + $0, 9) }
        // A unit that looks the same in all directions becomes itself, and so do the stripes, which nothing is like.
        let order = [0, 1, 3, 4, 5, 2]
        var moved = kernels
        for (channel, kernel) in kernels.enumerated() {
            moved[order[channel]] = turned(kernel + [Float](repeating: 0, count: 18)).prefix(9).map { $0 }
        }
        return try Model(
            network: net,
            weights: [
                "left.weight": Tensor(shape: [2, 3, 3, 3], symmetric + striped),
                "right.weight": Tensor(shape: [4, 3, 3, 3], orbit.flatMap { $0 }),
                "deep.weight": Tensor(
                    shape: [3, 6, 3, 3], kernels.flatMap { $0 } + random(9, 54) + moved.flatMap { $0 }),
                "last.weight": Tensor(shape: [2, 3, 1, 1], [1, 0, 0, 0, 0, 1]),
            ])
    }

    @Test func `a turned filter of a later layer reads the turned units`() throws {
        let search = SiblingSearch(try deep())
        let match = try search.equivariance(of: 0, in: "deep").matches
        let rotation = try #require(match[.rotation])
        #expect(rotation.filter == 2 && rotation.change == "90°" && abs(rotation.cosine - 1) < 1e-6, "\(rotation)")
        #expect(try #require(match[.unchanged]).cosine < 0.5)
        let back = try search.equivariance(of: 2, in: "deep").matches[.rotation]
        #expect(back?.filter == 0 && back?.change == "270°")
        // A 1×1 filter has no layout, but the units that it reads turn.
        let last = try search.equivariance(of: 0, in: "last").matches[.rotation]
        #expect(last?.filter == 1 && abs((last?.cosine ?? 0) - 1) < 1e-6)
    }

    @Test func `what is found does not depend on what was asked before`() throws {
        let model = try deep()
        let search = SiblingSearch(model)
        let all = try (0..<3).map { try search.equivariance(of: $0, in: "deep").matches }
        for filter in 0..<3 {
            #expect(try SiblingSearch(model).equivariance(of: filter, in: "deep").matches == all[filter])
        }
    }

    @Test func `behind a sum no turned units are known`() throws {
        let net = try network(
            [3, 8, 8],
            [
                ("a", Convolution(inputChannels: 3, outputChannels: 4, kernel: [3, 3]), []),
                ("b", Convolution(inputChannels: 3, outputChannels: 4, kernel: [3, 3]), ["input"]),
                ("sum", Addition(), ["a", "b"]),
                ("deep", Convolution(inputChannels: 4, outputChannels: 4, kernel: [3, 3]), []),
            ])
        let search = SiblingSearch(Model(randomlyInitialized: net, seed: 1))
        #expect(try Set(search.equivariance(of: 0, in: "deep").matches.keys) == [.unchanged])
        #expect(try search.equivariance(of: 0, in: "b").matches.count == 4)
    }
}
