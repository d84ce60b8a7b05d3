/// A value beside an object: numbers or strings in a shape.
public struct HDF5Attribute: Sendable {
    public let name: String
    public let datatype: HDF5Datatype
    /// Lengths of the axes; none for a scalar.
    public let shape: [Int]

    let values: HDF5Values

    /// How many elements there are; for none, `shape` may still be that of a scalar.
    public var count: Int { values.count }

    /// Every element as text.
    /// - Throws: where the type is none of text.
    public func strings() throws(ForeignFileError) -> [String] { try values.strings() }

    /// Every element of whole numbers or booleans; numbers above `Int.max` become it.
    /// - Throws: where the type is none of them.
    public func integers() throws(ForeignFileError) -> [Int] { try values.integers() }

    /// Every element of numbers.
    /// - Throws: where the type is none of numbers.
    public func numbers() throws(ForeignFileError) -> [Double] { try values.numbers() }

    /// Reads an attribute message (specification, section IV.A.2.m).
    init(_ body: ForeignBytes, in file: HDF5Superblock) throws(ForeignFileError) {
        var cursor = HDF5Cursor(body, file.widths)
        let version = try cursor.byte()
        guard (1...3).contains(version) else {
            throw body.error(at: 0, "version \(version) of an attribute is not known")
        }
        let flags = try cursor.byte()
        let sizes = [try cursor.short(), try cursor.short(), try cursor.short()]
        if version == 3 { cursor.skip(1) }
        // Version 1 pads each part to eight bytes.
        func padding(_ size: Int) -> Int { version == 1 ? -size & 7 : 0 }
        name = try cursor.text(sizes[0], "the name of an attribute")
        cursor.skip(padding(sizes[0]))
        let type = try cursor.part(sizes[1], "the type of an attribute")
        cursor.skip(padding(sizes[1]))
        datatype = try HDF5Object.datatype(type, isShared: version > 1 && flags & 1 != 0, in: file)
        let space = try HDF5Dataspace(cursor.part(sizes[2], "the shape of an attribute"), file.widths)
        cursor.skip(padding(sizes[2]))
        shape = space.shape
        let (size, isTooLarge) = datatype.size(file.widths).multipliedReportingOverflow(by: space.count)
        guard !isTooLarge else { throw body.error(at: 0, "an attribute that is larger than any file") }
        values = HDF5Values(
            bytes: try cursor.part(size, "an attribute"), datatype: datatype, count: space.count, file: file)
    }
}
