/// The lengths of the axes of a data set or an attribute; none for a scalar.
struct HDF5Dataspace {
    let shape: [Int]
    /// Whether it holds nothing at all, not even one element.
    let isNull: Bool

    /// - Throws: also where the elements are more than can be counted.
    init(_ body: ForeignBytes, _ widths: HDF5Cursor.Widths) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, widths)
        let version = try cursor.byte()
        let rank = try cursor.byte()
        // Flags.
        cursor.skip(1)
        switch version {
        case 1:
            cursor.skip(5)
            isNull = false
        case 2: isNull = try cursor.byte() == 2
        default: throw body.error(at: 0, "version \(version) of a data space is not known")
        }
        guard rank <= 32 else { throw body.error(at: 1, "it has \(rank) axes; HDF5 allows 32") }
        var shape: [Int] = []
        var count = 1
        for _ in 0..<rank {
            let length = try cursor.length()
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: max(length, 1))
            guard !isTooLarge else { throw body.error(at: cursor.offset, "it has more elements than can be counted") }
            count = product
            shape.append(length)
        }
        self.shape = shape
    }

    var count: Int { isNull ? 0 : shape.reduce(1, *) }
}
