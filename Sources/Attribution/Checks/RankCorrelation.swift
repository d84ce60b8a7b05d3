/// Spearman's correlation of two maps: 1 where they put pixels in the same order, 0 where they have nothing in common.
///
/// Equal values share the mean of their ranks. NaN where one of the maps is constant or not finite, which orders
/// nothing.
package enum RankCorrelation {
    package static func of(_ first: [Float], _ second: [Float]) -> Float {
        guard (first + second).allSatisfy(\.isFinite) else { return .nan }
        let (a, b) = (ranks(first), ranks(second))
        let mean = Double(a.count - 1) / 2
        var (products, squaresA, squaresB) = (0.0, 0.0, 0.0)
        for index in a.indices {
            products += (a[index] - mean) * (b[index] - mean)
            squaresA += (a[index] - mean) * (a[index] - mean)
            squaresB += (b[index] - mean) * (b[index] - mean)
        }
        guard squaresA > 0, squaresB > 0 else { return .nan }
        return Float(products / (squaresA * squaresB).squareRoot())
    }

    private static func ranks(_ values: [Float]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
            start = end
        }
        return ranks
    }
}
