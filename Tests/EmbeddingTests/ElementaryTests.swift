import Embedding
import Foundation
import Tensors
import Testing

@Suite struct ElementaryTests {
    @Test func `exponentials and logarithms are within two units in the last place`() {
        let random = CounterRandom(seed: 1)
        for draw in 0..<20_000 {
            let x = Double(random.uniform(draw)) * 1400 - 700
            #expect(abs(Elementary.exp(x) - exp(x)) <= 2 * exp(x).ulp, "exp(\(x))")
            let y = exp(x)
            #expect(abs(Elementary.log(y) - log(y)) <= 2 * log(y).ulp, "ln(\(y))")
            let near = 1 + Double(random.normal(draw)) * 1e-3
            #expect(abs(Elementary.log(near) - log(near)) <= 2 * log(near).ulp, "ln(\(near))")
        }
        #expect(Elementary.exp(0) == 1 && Elementary.log(1) == 0 && Elementary.exp(-1000) == 0)
    }
}
