import Tensors
import Testing

@Suite struct CounterRandomTests {
    @Test func `draws are a function of seed, stream, item and number alone`() {
        #expect(CounterRandom(seed: 1).stream("a")[3].bits(5) == CounterRandom(seed: 1).stream("a")[3].bits(5))
        let base = CounterRandom(seed: 1).stream("a")[3].bits(5)
        #expect(CounterRandom(seed: 2).stream("a")[3].bits(5) != base)
        #expect(CounterRandom(seed: 1).stream("b")[3].bits(5) != base)
        #expect(CounterRandom(seed: 1).stream("a")[4].bits(5) != base)
        #expect(CounterRandom(seed: 1).stream("a")[3].bits(6) != base)
    }

    @Test(arguments: 0..<5) func `uniform and normal numbers have their moments`(seed: Int) {
        let random = CounterRandom(seed: seed)
        let count = 100_000
        let uniform = (0..<count).map { Double(random.stream("u").uniform($0)) }
        let normal = (0..<count).map { Double(random.stream("n").normal($0)) }
        func moments(_ x: [Double]) -> (mean: Double, variance: Double) {
            let mean = x.reduce(0, +) / Double(count)
            return (mean, x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
        }
        // Five standard errors of the mean: 5 · σ / √100,000.
        #expect(abs(moments(uniform).mean - 0.5) < 0.0046)
        #expect(abs(moments(uniform).variance - 1.0 / 12) < 0.002)
        #expect(abs(moments(normal).mean) < 0.016)
        #expect(abs(moments(normal).variance - 1) < 0.023)
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    }

    @Test(arguments: [0, 1, 2, 10, 1000]) func `a permutation holds every number once`(count: Int) {
        let order = CounterRandom(seed: 9).permutation(count)
        #expect(order.sorted() == Array(0..<count))
        if count == 1000 { #expect(order != Array(0..<count)) }
    }
}
