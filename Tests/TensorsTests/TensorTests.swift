import Tensors
import TestSupport
import Testing

@Suite struct TensorTests {
    @Test func `a copy keeps its elements when the original is written`() {
        var original = Tensor(shape: [2, 2], [1, 2, 3, 4])
        let copy = original
        original[1, 0] = 9
        #expect(copy.scalars == [1, 2, 3, 4])
        #expect(original.scalars == [1, 2, 9, 4])
    }

    @Test func `a reshaped tensor is independent of the one it came from`() {
        let original = Tensor(shape: [4], [1, 2, 3, 4])
        var matrix = original.reshaped(to: [2, 2])
        matrix[0, 1] = 7
        #expect(original.scalars == [1, 2, 3, 4])
        #expect(matrix.scalars == [1, 7, 3, 4])
    }

    @Test func `rows, stack and transposition agree on the order of elements`() {
        let tensor = Tensor(shape: [3, 2], [1, 2, 3, 4, 5, 6])
        #expect(tensor.rows(1..<3).scalars == [3, 4, 5, 6])
        #expect(tensor.row(2).shape == [2])
        #expect(Tensor.stack([tensor.row(0), tensor.row(1), tensor.row(2)]) == tensor)
        #expect(tensor.transposed().scalars == [1, 3, 5, 2, 4, 6])
    }

    @Test func `NaN is never equal and never finite`() {
        let tensor = Tensor(shape: [2], [1, .nan])
        #expect(tensor != tensor)
        #expect(!tensor.isFinite)
    }

    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func `a matrix product equals the sum written out`(leftTransposed: Bool, rightTransposed: Bool) {
        let random = CounterRandom(seed: 3)
        let (rows, inner, columns) = (517, 33, 41)
        let a = Tensor(shape: [rows, inner], (0..<rows * inner).map { random.stream("a").normal($0) })
        let b = Tensor(shape: [inner, columns], (0..<inner * columns).map { random.stream("b").normal($0) })
        var expected = Tensor(shape: [rows, columns])
        for i in 0..<rows {
            for j in 0..<columns {
                expected[i, j] = Float((0..<inner).reduce(0.0) { $0 + Double(a[i, $1]) * Double(b[$1, j]) })
            }
        }
        let result = Tensor.product(
            leftTransposed ? a.transposed() : a, transposed: leftTransposed,
            rightTransposed ? b.transposed() : b, transposed: rightTransposed, threads: 2)
        // 33 products in single precision: a few units in the last place of numbers near 6.
        #expect(deviation(result, from: expected).relativeNorm < 1e-6)
    }

    @Test func `a matrix product has the same bits for any number of threads`() {
        let random = CounterRandom(seed: 4)
        let a = Tensor(shape: [1000, 200], (0..<200_000).map { random.stream("a").normal($0) })
        let b = Tensor(shape: [200, 70], (0..<14_000).map { random.stream("b").normal($0) })
        let alone = Tensor.product(a, b, threads: 1)
        for threads in [2, 3, 8] { #expect(Tensor.product(a, b, threads: threads) == alone) }
    }
}
