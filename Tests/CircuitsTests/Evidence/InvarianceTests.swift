import Circuits
import NeuralNetwork
import TestSupport
import Tensors
import Testing
import UnitStatistics

@Suite struct InvarianceTests {
    private static func change(_ name: String) -> ImageChange { ImageChange.all.first { $0.name == name }! }

    private static func changed(_ image: Tensor, _ name: String, about middle: [Double], span: [Int] = [16, 16])
        -> Tensor
    {
        Tensor(uninitialized: image.shape) { change(name).apply(to: image, about: middle, span: span, into: $0) }
    }

    /// `[1, 3, 3]`, counting.
    private let numbers = Tensor(shape: [1, 3, 3], (1...9).map(Float.init))

    @Test(
        arguments: [
            ("turn 90°", [3, 6, 9, 2, 5, 8, 1, 4, 7]), ("turn 180°", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
            ("turn 270°", [7, 4, 1, 8, 5, 2, 9, 6, 3]), ("mirror", [3, 2, 1, 6, 5, 4, 9, 8, 7]),
            ("shift up", [7, 8, 9, 7, 8, 9, 7, 8, 9]), ("shift left", [3, 3, 3, 6, 6, 6, 9, 9, 9]),
        ] as [(String, [Float])])
    func `pixels go where they should`(name: String, expected: [Float]) {
        // An eighth of 16 pixels are two.
        #expect(Self.changed(numbers, name, about: [1, 1]).scalars == expected)
    }

    @Test func `a shift is at least a pixel, scales and tilts keep the middle`() {
        #expect(
            Self.changed(numbers, "shift down", about: [1, 1], span: [3, 3]).scalars == [1, 2, 3, 1, 2, 3, 4, 5, 6])
        for name in ["scale 4⁄3", "tilt −30°", "tilt 15°"] {
            let result = Self.changed(numbers, name, about: [1, 1])
            #expect(result[0, 1, 1] == 5 && result != numbers)
        }
        // Smaller: they come from farther away.
        let small = Self.changed(Tensor(shape: [1, 5, 5], (1...25).map(Float.init)), "scale ¾", about: [2, 2])
        #expect(small[0, 2, 2] == 13 && abs(small[0, 2, 3] - 14 - 1.0 / 3) < 1e-5)
        // Enlarged: the neighbours come from nearer the middle.
        let wide = Self.changed(numbers, "scale 4⁄3", about: [1, 1])
        #expect(abs(wide[0, 1, 2] - 5.75) < 1e-5 && abs(wide[0, 2, 1] - 7.25) < 1e-5)
    }

    /// One convolution without a bias over gray images.
    private func probe(_ kernel: [Float]) throws -> InvarianceProbe {
        let net = try network(
            [1, 9, 9], [("conv", Convolution(inputChannels: 1, outputChannels: 1, kernel: [3, 3], hasBias: false), [])])
        let model = try Model(network: net, weights: ["conv.weight": Tensor(shape: [1, 1, 3, 3], kernel)])
        return try InvarianceProbe(model, node: 0, algorithm: .direct, threads: 2)
    }

    /// A vertical edge in the middle, and the unit that looks at it.
    private let edge = Tensor(shape: [1, 9, 9], (0..<81).map { $0 % 9 > 4 ? 1 : 0 })

    private func example(_ kernel: [Float]) -> DatasetExample {
        // Row and column 3 of a 7×7 map: the middle of the image.
        let activation = zip(kernel.indices, kernel).reduce(Float(0)) { $0 + ($1.0 % 3 == 2 ? $1.1 : 0) }
        return DatasetExample(activation: activation, sample: 0, position: 24)
    }

    @Test func `a filter that sees no direction keeps its response to turns, an edge detector loses it`() throws {
        let ring: [Float] = [1, 1, 1, 1, 0, 1, 1, 1, 1]
        let round = try probe(ring).measure(0, [example(ring)], images: [edge])
        #expect(round.original == [3])
        #expect(round.kept(by: .turn) == 1 && round.kept(by: .mirror) == 1)
        // To the left all of the window is bright but a column, to the right none; up and down nothing changes.
        #expect(Array(round.kept[..<4]) == [1, 1, 5.0 / 3, 0])

        let detector: [Float] = [-1, 0, 1, -1, 0, 1, -1, 0, 1]
        let edged = try probe(detector).measure(0, [example(detector)], images: [edge])
        #expect(edged.original == [3])
        // Below zero counts as zero.
        #expect(edged.kept(by: .mirror) == 0 && edged.kept(by: .turn) == 0)
        #expect(edged.kept(by: .tilt) > 0.5 && edged.kept(by: .tilt) < 1)
    }

    @Test func `responses of all images are summed, and silence has no share`() throws {
        let detector: [Float] = [-1, 0, 1, -1, 0, 1, -1, 0, 1]
        let faint = edge * 0.5
        let both = try probe(detector).measure(0, [example(detector), example(detector)], images: [edge, faint])
        #expect(both.original == [3, 1.5] && both.changed.allSatisfy { $0.count == 2 })
        #expect(both.kept[0] == 1)
        let silent = try probe(detector).measure(0, [example(detector)], images: [edge * 0])
        #expect(silent.kept.allSatisfy(\.isNaN) && silent.kept(by: .scale).isNaN)
        #expect(try probe(detector).measure(0, [], images: []).kept(by: .shift).isNaN)
    }
}
