/// Where a name in a group leads.
enum HDF5Link: Sendable {
    /// To an object of the file, by the address of its header.
    case object(Int)
    /// To a path in the file, which need not exist.
    case soft(String)
    /// Out of the file; never followed.
    case external(file: String, object: String)
    /// A kind of link that needs code of its own.
    case other

    /// Reads a link message (specification, section IV.A.2.g).
    static func read(
        _ body: ForeignBytes, _ widths: HDF5Cursor.Widths
    ) throws(ForeignFileError) -> (name: String, link: HDF5Link) {
        var cursor = HDF5Cursor(body, widths)
        let version = try cursor.byte()
        guard version == 1 else { throw body.error(at: 0, "version \(version) of a link is not known") }
        let flags = try cursor.byte()
        let kind = flags & 8 != 0 ? try cursor.byte() : 0
        // Order of making, character set.
        cursor.skip((flags & 4 != 0 ? 8 : 0) + (flags & 16 != 0 ? 1 : 0))
        let length = try cursor.number(width: 1 << (flags & 3))
        let name = try cursor.text(length, "the name of a link")
        switch kind {
        case 0:
            guard let address = try cursor.address() else {
                throw body.error(at: 0, "the link '\(name)' leads nowhere")
            }
            return (name, .object(address))
        case 1: return (name, .soft(try cursor.text(cursor.short(), "the target of a link")))
        case 64:
            // A byte of version and flags, then two texts that each end in a zero.
            let target = try cursor.part(cursor.short(), "the target of a link")
            let file = try target.part(at: 1, count: max(0, target.count - 1), "the target of a link").textToZero
            let start = min(file.utf8.count + 2, target.count)
            let object = try target.part(at: start, count: target.count - start, "the target of a link").textToZero
            return (name, .external(file: file, object: object))
        default: return (name, .other)
        }
    }
}
