import CHDF5

/// One name in a file, and what it stands for.
public struct HDF5Entry: Sendable {
    public enum Content: Sendable {
        case group
        case dataset(HDF5Dataset)
        case namedType(String)
        /// A second name of an object that came before.
        case alias(of: String)
        /// Leads to a path in this file, which need not exist.
        case softLink(target: String)
        /// Leads out of the file; never followed.
        case externalLink(file: String, object: String)
        /// A kind of link that needs code of its own.
        case otherLink
        /// An object that cannot be read, and why.
        case unreadable(HDF5Error)
    }

    public let path: String
    public let content: Content

    /// Of groups and datasets; empty for all else.
    public let attributes: [HDF5Attribute]
}

extension HDF5File {
    /// Everything in the file, each object once, depth first, names in the order of their bytes; the root comes first.
    ///
    /// Damaged objects are listed as unreadable and do not end the walk. Loops of links end where they return.
    /// - Complexity: O(objects); values are not read.
    /// - Throws: `HDF5Error` when the root cannot be read.
    public func tree() throws -> [HDF5Entry] {
        try Library.call {
            var walk = TreeWalk(file: self)
            return try walk.run()
        }
    }
}

private struct TreeWalk {
    let file: HDF5File
    /// Path under which each object was met first, by its address in the file.
    private var firstPaths: [haddr_t: String] = [:]
    private var entries: [HDF5Entry] = []
    /// Links still to be visited, the next one last. A stack of our own: files may nest deeper than ours.
    private var pending: [(path: String, kind: Link.Kind)] = [("/", .hard)]

    init(file: HDF5File) { self.file = file }

    mutating func run() throws -> [HDF5Entry] {
        while let (path, kind) = pending.popLast() {
            switch kind {
            case .hard: visit(path)
            case .soft(let target): add(path, .softLink(target: target))
            case .external(let target, let object): add(path, .externalLink(file: target, object: object))
            case .other: add(path, .otherLink)
            }
            if entries.count == 1, case .unreadable(let error) = entries[0].content { throw error }
        }
        return entries
    }

    private mutating func visit(_ path: String) {
        do {
            let object = try file.open(path)
            var info = H5O_info_t()
            try file.place(path).check(H5Oget_info2(object.id, &info, CHDF5_basic_info()), "read the object")
            if let first = firstPaths[info.addr] { return add(path, .alias(of: first)) }
            firstPaths[info.addr] = path
            try describe(object, at: path)
        } catch {
            add(path, .unreadable(error as? HDF5Error ?? file.place(path).error(.failed(doing: "\(error)", words: []))))
        }
    }

    private mutating func describe(_ object: Handle, at path: String) throws {
        let place = file.place(path)
        let attributes = try AttributeAccess(object: object, place: place).all()
        switch H5Iget_type(object.id) {
        case H5I_GROUP:
            let links = try Links.list(in: object.id, place)
            add(path, .group, attributes)
            pending += links.reversed().map { (ObjectPath.joined(path, $0.name), $0.kind) }
        case H5I_DATASET:
            add(path, .dataset(try file.dataset(path)), attributes)
        default:
            add(path, .namedType(StoredType(object).words), attributes)
        }
    }

    private mutating func add(_ path: String, _ content: HDF5Entry.Content, _ attributes: [HDF5Attribute] = []) {
        entries.append(HDF5Entry(path: path, content: content, attributes: attributes))
    }
}
