/// A group or a data set of a foreign HDF5 file.
public struct HDF5Object: Sendable {
    /// From the root: `/model_weights/conv2d`.
    public let path: String

    let header: HDF5ObjectHeader
    let file: HDF5Superblock

    init(path: String, at address: Int, in file: HDF5Superblock) throws(ForeignFileError) {
        self.path = path
        self.file = file
        header = try HDF5ObjectHeader(at: address, in: file)
    }

    /// Most bytes that are taken up at once for anything in the file: four for each of its own, and 1 MiB.
    public var sizeLimit: Int { file.sizeLimit }

    public var isGroup: Bool { HDF5Group.isGroup(header) }

    /// - Throws: where the object is a group, and where data are damaged or of a kind this reader does not know.
    public func dataset() throws(ForeignFileError) -> HDF5Dataset { try HDF5Dataset(header, in: file) }

    /// What is in a group, in the order of the file; what links lead to outside of the file is left out.
    public func children() throws(ForeignFileError) -> [HDF5Object] {
        var children: [HDF5Object] = []
        for (name, link) in try links() {
            if case .object(let address) = link { children.append(try child(name, at: address)) }
        }
        return children
    }

    /// What a path below this object leads to, `conv2d/kernel:0`; `nil` where nothing is.
    public func object(_ path: String) throws(ForeignFileError) -> HDF5Object? {
        var object = self
        for name in path.split(separator: "/") {
            guard object.isGroup else { return nil }
            let found = try object.links().first { $0.name == name }
            guard case .object(let address) = found?.link else { return nil }
            object = try object.child(String(name), at: address)
        }
        return object
    }

    /// The names in a group and where they lead, in the order of the file.
    func links() throws(ForeignFileError) -> [(name: String, link: HDF5Link)] {
        try HDF5Group(header, in: file).links
    }

    /// What a link of this group leads to.
    func child(_ name: String, at address: Int) throws(ForeignFileError) -> HDF5Object {
        try HDF5Object(path: path(of: name), at: address, in: file)
    }

    /// The path of a name in this group.
    func path(of name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

    /// - Throws: where an attribute is damaged.
    public func attributes() throws(ForeignFileError) -> [HDF5Attribute] {
        var attributes: [HDF5Attribute] = []
        for message in header.messages where message.kind == HDF5Message.attribute && !message.isShared {
            attributes.append(try HDF5Attribute(message.body, in: file))
        }
        guard let info = header.first(HDF5Message.attributeInfo) else { return attributes }
        var cursor = HDF5Cursor(info.body, file.widths, at: 1)
        cursor.skip(try cursor.byte() & 1 != 0 ? 2 : 0)
        guard let address = try cursor.address(), let names = try cursor.address() else { return attributes }
        let heap = try HDF5FractalHeap(at: address, in: file)
        // Attributes of an honest file do not overlap.
        var bytesLeft = file.bytes.count
        try HDF5Tree2.records(at: names, kind: 8, in: file) { record throws(ForeignFileError) in
            let message = try heap.object(record.part(at: 0, count: min(8, record.count), "an identifier"))
            bytesLeft -= message.count
            guard bytesLeft >= 0 else { throw message.error(at: 0, "attributes that overlap") }
            // What is shared lies in another heap.
            let isShared = try record.integer(UInt8.self, at: 8) & 2 != 0
            if !isShared { attributes.append(try HDF5Attribute(message, in: file)) }
        }
        return attributes
    }

    public func attribute(_ name: String) throws(ForeignFileError) -> HDF5Attribute? {
        try attributes().first { $0.name == name }
    }

    /// Everything below, groups before what is in them; an object that can be reached in several ways comes once.
    public func descendants() throws(ForeignFileError) -> [HDF5Object] {
        var result: [HDF5Object] = []
        var open = Array(try children().reversed())
        var seen: Set<Int> = [header.address]
        // In an honest file headers do not overlap and names are short, so this bounds time and memory.
        var bytesLeft = file.sizeLimit
        while let object = open.popLast() {
            guard seen.insert(object.header.address).inserted else { continue }
            result.append(object)
            var below = object.isGroup ? Array(try object.children().reversed()) : []
            bytesLeft -= object.header.size + below.reduce(0) { $0 + $1.path.utf8.count + $1.header.size }
            guard bytesLeft >= 0 else {
                throw file.bytes.error(at: object.header.address, "groups of more objects than the file can hold")
            }
            below.removeAll { seen.contains($0.header.address) }
            open += below
        }
        return result
    }

    /// The type that this object is a name of; `nil` for groups and data sets.
    func namedType() throws(ForeignFileError) -> HDF5Datatype? {
        guard header.first(HDF5Message.dataspace) == nil, let type = header.first(HDF5Message.datatype) else {
            return nil
        }
        return try Self.datatype(type.body, isShared: type.isShared, in: file)
    }

    /// A datatype that is in the message, or in the named type that the message points to.
    static func datatype(
        _ body: ForeignBytes, isShared: Bool, in file: HDF5Superblock
    ) throws(ForeignFileError) -> HDF5Datatype {
        guard isShared else { return try HDF5Datatype(body) }
        var cursor = HDF5Cursor(body, file.widths)
        let version = try cursor.byte()
        let kind = try cursor.byte()
        guard version < 3 || kind == 2 else {
            throw body.error(
                at: 0, "its type is in a heap of shared messages, which this reader does not know",
                fix: "rewrite it with h5repack")
        }
        if version == 1 { cursor.skip(6) }
        guard let address = try cursor.address(),
            let named = try HDF5ObjectHeader(at: address, in: file).first(HDF5Message.datatype), !named.isShared
        else { throw body.error(at: 0, "a named type that is not there") }
        return try HDF5Datatype(named.body)
    }
}

extension ForeignBytes {
    /// Whether an HDF5 file may be in here.
    public var isHDF5: Bool { HDF5Superblock.offset(in: self) != nil }

    /// The root group of an HDF5 file.
    ///
    /// libhdf5 is not used for files of others: damaged ones make it corrupt memory.
    ///
    /// - Throws: where there is no such file.
    public func openHDF5() throws(ForeignFileError) -> HDF5Object {
        let file = try HDF5Superblock(self)
        return try HDF5Object(path: "/", at: file.rootHeader, in: file)
    }
}
