import FeatureVisualization
import TestSupport
import Tensors
import Testing

@Suite struct TransformTests {
    static let lists: [[ImageTransform]] = [
        [], [.pad(3)], [.jitter(4)], [.jitter(100)], [.scale([0.7])], [.scale([1.3, 1])], [.rotate([17])],
        [.rotate([-90])], [.blur(0.4)], [.blur(1.5)], [.blur(9)],
        [.scale(.within(0.8...1.2)), .rotate(.within(-20...20))],
        [.jitter(2), .pad(5), .rotate([4, -4]), .scale([1.1])], ImageTransform.standard(size: 12), ImageTransform.lucid,
    ]

    @Test(arguments: lists, 0..<4) func `every transform's adjoint is its adjoint`(list: [ImageTransform], seed: Int) {
        let size = [12, 15]
        for viewSize in [[12, 15], [9, 20]] {
            let chain = TransformChain(list, size: size, viewSize: viewSize, CounterRandom(seed: seed))
            let x = normalTensor([2] + size, seed: seed)
            let y = normalTensor([2] + viewSize, seed: seed + 100)
            let linear = chain.apply(x) - chain.apply(Tensor(shape: x.shape))
            let back = chain.applyAdjoint(y, size: size)
            #expect(abs(product(linear, y) - product(x, back)) < 2e-6 * x.norm * y.norm)
        }
    }

    @Test(
        arguments: [
            ("pad", [.pad(3)], [18, 21]), ("smaller", [.scale([0.7])], [12, 15]),
            ("larger", [.scale([1.3])], [12, 15]),
            ("turned", [.rotate([17])], [12, 15]), ("turned-back", [.rotate([-90])], [12, 15]),
            ("blurred", [.blur(1.5)], [12, 15]), ("little", [.blur(0.4)], [12, 15]), ("much", [.blur(9)], [12, 15]),
            ("all", [.blur(0.8), .pad(2), .rotate([-33]), .scale([1.2])], [12, 15]),
        ] as [(String, [ImageTransform], [Int])])
    func `views are those of SciPy`(name: String, list: [ImageTransform], viewSize: [Int]) throws {
        let golden = try Golden("transforms")
        let chain = TransformChain(list, size: [12, 15], viewSize: viewSize, CounterRandom(seed: 0))
        let difference = deviation(chain.apply(try golden.tensor("image")), from: try golden.tensor(name))
        #expect(difference.relativeNorm < 2e-6, "\(difference)")
    }

    @Test func `a range gives everything in it`() {
        let angles = (0..<2000).map { seed in
            TransformChain([.rotate(.within(-4...10))], size: [3, 3], viewSize: [3, 3], CounterRandom(seed: seed))
                .apply(Tensor(shape: [1, 3, 3], [0.5, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]))[0, 0, 0]
        }
        // What comes to the left corner grows with the angle; none is drawn twice as a list would.
        #expect(Set(angles).count > 1000)
    }

    @Test(arguments: lists) func `grey stays grey`(list: [ImageTransform]) {
        let chain = TransformChain(list, size: [12, 15], viewSize: [12, 15], CounterRandom(seed: 1))
        let view = chain.apply(Tensor(shape: [3, 12, 15], repeating: 0.5))
        #expect(view.shape == [3, 12, 15])
        #expect(view.scalars.allSatisfy { abs($0 - 0.5) < 1e-6 })
    }

    @Test func `a quarter turn is anticlockwise`() {
        let x = normalTensor([1, 5, 5], seed: 7)
        let view = TransformChain([.rotate([90])], size: [5, 5], viewSize: [5, 5], CounterRandom(seed: 0)).apply(x)
        for row in 0..<5 {
            for column in 0..<5 { #expect(abs(view[0, row, column] - x[0, column, 4 - row]) < 1e-6) }
        }
    }

    @Test func `scaling keeps the centre and stretches the rest`() {
        let ramp = Tensor(shape: [1, 9, 6], (0..<54).map { Float($0 / 6) + 10 * Float($0 % 6) })
        let view = TransformChain([.scale([2])], size: [9, 6], viewSize: [9, 6], CounterRandom(seed: 0)).apply(ramp)
        for row in 0..<9 {
            for column in 0..<6 {
                let expected = 4 + (Float(row) - 4) / 2 + 10 * (2.5 + (Float(column) - 2.5) / 2)
                #expect(abs(view[0, row, column] - expected) < 1e-5)
            }
        }
    }

    @Test func `jitter cuts every window and no other`() {
        let x = Tensor(shape: [1, 8, 8], (0..<64).map(Float.init))
        var seen: Set<Int> = []
        for seed in 0..<300 {
            let view = TransformChain([.jitter(2)], size: [8, 8], viewSize: [6, 6], CounterRandom(seed: seed)).apply(x)
            let first = Int(view[0, 0, 0])
            for row in 0..<6 {
                for column in 0..<6 { #expect(view[0, row, column] == Float(first + 8 * row + column)) }
            }
            seen.insert(first)
        }
        #expect(seen == [0, 1, 2, 8, 9, 10, 16, 17, 18])
    }

    @Test(arguments: [1, 8, 28, 32, 96, 128, 224]) func `the standard list fits the size`(size: Int) {
        let list = ImageTransform.standard(size: size)
        if size == 128 { #expect(list[0] == .pad(6) && list[1] == .jitter(8) && list[4] == .jitter(4)) }
        if size == 28 { #expect(list[0] == .pad(2) && list[1] == .jitter(2) && list[4] == .jitter(1)) }
        let white = Tensor(shape: [1, size, size], repeating: 1)
        for seed in 0..<20 {
            let chain = TransformChain(list, size: [size, size], viewSize: [size, size], CounterRandom(seed: seed))
            let view = chain.apply(white)
            // Most of the image stays in view.
            #expect(view.shape == [1, size, size] && (size < 8 || view.mean > 0.8))
        }
    }
}
