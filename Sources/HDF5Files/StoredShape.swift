import CHDF5

/// Lengths of the axes of a dataset or attribute, as claimed by the file.
struct StoredShape {
    /// Row-major, slowest axis first; empty for one value.
    let lengths: [Int]
    /// Whether the first axis may grow.
    let isExtensible: Bool
    /// Whether there is no value at all (HDF5's null space), not even one.
    let isNull: Bool

    init(space: Handle, _ place: Place) throws {
        isNull = H5Sget_simple_extent_type(space.id) == H5S_NULL
        let rank = Int(try place.check(H5Sget_simple_extent_ndims(space.id), "read the number of axes"))
        var current = [hsize_t](repeating: 0, count: max(rank, 1))
        var largest = current
        try place.check(H5Sget_simple_extent_dims(space.id, &current, &largest), "read the shape")
        lengths = current.prefix(rank).map { Int(clamping: $0) }
        isExtensible = rank > 0 && largest[0] != current[0]
    }

    /// Number of elements; `Int.max` when a file claims more than can be counted.
    var elementCount: Int { isNull ? 0 : lengths.saturatingProduct }
}

extension [Int] {
    /// Product of all, `Int.max` where it would overflow; 0 wins over overflow.
    var saturatingProduct: Int {
        if contains(0) { return 0 }
        return reduce(1) { $0.saturatingProduct(with: $1) }
    }
}

extension Int {
    func saturatingProduct(with other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
