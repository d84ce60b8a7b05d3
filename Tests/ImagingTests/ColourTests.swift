import Imaging
import Tensors
import Testing

@Suite struct ColourTests {
    @Test func `viridis and magma run between matplotlib's ends through its middle`() {
        #expect(ColorMap.viridis.anchors.count == 256 && ColorMap.magma.anchors.count == 256)
        #expect(ColorMap.viridis.color(at: 0) == Color(0x440154))
        #expect(ColorMap.viridis.anchors[128] == Color(0x21918C))
        #expect(ColorMap.viridis.color(at: 1) == Color(0xFDE725))
        #expect(ColorMap.magma.color(at: 0) == Color(0x000004))
        #expect(ColorMap.magma.color(at: 1) == Color(0xFCFDBF))
    }

    @Test(arguments: [ColorMap.viridis, .magma, .gray]) func `larger numbers are never darker`(map: ColorMap) {
        let luminances = (0...1000).map { map.color(at: Double($0) / 1000).luminance }
        // A sample of red and one of blue may step back by a rounding, worth (0.2126 + 0.0722) · 2.4 / 255 at most.
        for (lower, upper) in zip(luminances, luminances.dropFirst()) { #expect(upper > lower - 0.0027) }
        #expect(luminances.last! - luminances.first! > 0.7)
    }

    @Test func `zero is white between blue and red`() {
        let range = -0.4...0.4
        #expect(ColorMap.diverging.color(of: 0, in: range) == Color(0xF7F7F7))
        #expect(ColorMap.diverging.color(of: -0.4, in: range) == Color(0x0571B0))
        #expect(ColorMap.diverging.color(of: 0.2, in: range) == Color(0xF4A582))
        #expect(ColorMap.diverging.color(of: 9, in: range) == Color(0xCA0020))
        #expect(ColorMap.diverging.color(of: -0.1, in: range) == Color(red: 197, green: 222, blue: 235))
    }

    @Test func `a map becomes a picture of its colours`() {
        let map = Tensor(shape: [2, 2], [0, 1, .nan, 0.5])
        let image = Image(map, range: 0...1, colors: .gray)
        #expect(image.width == 2 && image.height == 2 && image.channels == 3)
        #expect(image.pixels == [0, 0, 0, 255, 255, 255, 0xB5, 0xA9, 0x9A, 128, 128, 128])
    }

    @Test func `ranges leave out what is not finite`() {
        let values = Tensor(shape: [5], [.nan, -3, 2, .infinity, 1])
        #expect(values.finiteRange == -3...2)
        #expect(values.symmetricRange == -3...3)
        #expect(Tensor(shape: [2], [.nan, .nan]).finiteRange == 0...0)
    }

    @Test func `a constant has the colour of the middle`() {
        #expect(ColorMap.gray.color(of: 5, in: 5...5) == Color(0x808080))
        #expect(ColorMap.gray.color(of: .nan, in: 5...5) == ColorMap.missing)
    }

    @Test func `twenty classes have twenty colours`() {
        #expect(Set(Palette.categorical).count == 20)
        #expect(Palette.color(ofClass: 23) == Palette.categorical[3])
        #expect(Palette.color(ofClass: -1) == Palette.unlabelled)
    }

    @Test func `text is black on light colours and white on dark ones`() {
        #expect(Color(0xFDE725).readableText == .black)
        #expect(Color(0x440154).readableText == .white)
    }
}

@Suite struct MagnitudeTests {
    @Test(arguments: [0, 0.01, 0.5, 0.995, 1]) func `a share's magnitude is that of a sort`(share: Double) {
        let random = CounterRandom(seed: 4).stream("magnitudes")
        let values = (0..<1001).map { (random.uniform($0) - 0.5) * (($0 % 7 == 0) ? 1e-6 : 3) }
        let sorted = values.map(abs).sorted()
        let rank = max(Int((share * 1001).rounded(.up)) - 1, 0)
        #expect(Tensor(shape: [1001], values).magnitude(ofShare: share) == sorted[rank])
        #expect(Tensor(shape: [3], [.nan, -2, .infinity]).magnitude(ofShare: share) == 2)
        #expect(Tensor(shape: [1], [.nan]).magnitude(ofShare: share) == 0)
    }
}
