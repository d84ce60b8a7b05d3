import Tensors
import TestSupport
import Testing

@Suite struct SymmetricEigenvectorsTests {
    @Test func `a matrix with known eigenvectors`() throws {
        // (1, 1, 0), (1, -1, 0) and (0, 0, 1), made of 5, 1 and 3.
        let matrix: [Double] = [3, 2, 0, 2, 3, 0, 0, 0, 3]
        let all = try SymmetricEigenvectors(matrix, side: 3, count: 3)
        let half = 0.5.squareRoot()
        let expected: [(Double, [Double])] = [(5, [half, half, 0]), (3, [0, 0, 1]), (1, [half, -half, 0])]
        for (index, (value, vector)) in expected.enumerated() {
            #expect(abs(all.values[index] - value) < 1e-14)
            let found = all.vectors[index * 3..<index * 3 + 3]
            #expect(abs(abs(zip(found, vector).reduce(0.0) { $0 + $1.0 * $1.1 }) - 1) < 1e-14)
        }
        let largest = try SymmetricEigenvectors(matrix, side: 3, count: 2)
        #expect(largest.values.count == 2 && largest.vectors.count == 6 && abs(largest.values[1] - 3) < 1e-14)
    }

    @Test func `vectors of equal values are orthogonal`() throws {
        let side = 7
        // One direction apart from all others: the identity plus a matrix of ones.
        let matrix = (0..<side * side).map { $0 / side == $0 % side ? 2.0 : 1 }
        let found = try SymmetricEigenvectors(matrix, side: side, count: side)
        for (index, value) in found.values.enumerated() { #expect(abs(value - (index == 0 ? 8 : 1)) < 1e-13) }
        for row in 0..<side {
            for column in 0..<side {
                let product = (0..<side).reduce(0.0) {
                    $0 + found.vectors[row * side + $1] * found.vectors[column * side + $1]
                }
                #expect(abs(product - (row == column ? 1 : 0)) < 1e-13)
            }
        }
    }

    @Test(arguments: [Double.nan, .infinity]) func `numbers that are none are refused`(value: Double) {
        #expect(throws: SymmetricEigenvectors.Failure.notFinite) {
            try SymmetricEigenvectors([1, value, value, 1], side: 2, count: 1)
        }
    }
}
