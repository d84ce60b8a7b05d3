extension [Int] {
    /// Number of elements of a shape that a file claims; `nil` where a length is negative or the product too large.
    ///
    /// Lengths beside a 0 are held to the limit too: whoever multiplies them in another order would overflow.
    func elementCount(atMost limit: Int) -> Int? {
        var product = 1
        for length in self where length != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            guard length > 0, !overflow, next <= limit else { return nil }
            product = next
        }
        return contains(0) ? 0 : product
    }
}
