/// One name in a file, and what it stands for.
public struct HDF5Entry: Sendable {
    public enum Content: Sendable {
        case group
        case dataset(HDF5Dataset)
        case namedType(HDF5Datatype)
        /// A second name of an object that came before.
        case alias(of: String)
        /// Leads to a path in this file, which need not exist.
        case softLink(target: String)
        /// Leads out of the file; never followed.
        case externalLink(file: String, object: String)
        /// A kind of link that needs code of its own.
        case otherLink
        /// An object that cannot be read, and why.
        case unreadable(ForeignFileError)
    }

    public let path: String
    public let content: Content

    /// Of groups and data sets; empty for all else.
    public let attributes: [HDF5Attribute]
}

extension HDF5Object {
    /// This object and everything below, each once, depth first, names in the order of their bytes.
    ///
    /// Damaged objects are listed as unreadable and do not end the walk. Loops of links end where they return.
    /// - Throws: where this object cannot be read, and where there are more names than the file can hold.
    public func listing() throws(ForeignFileError) -> [HDF5Entry] {
        var entries: [HDF5Entry] = []
        /// Path under which each object was met first, by its address.
        var firstPaths = [header.address: path]
        /// Names still to be visited, the next one last. A stack of our own: files may nest deeper than ours.
        var pending: [(path: String, link: HDF5Link)] = []
        // In an honest file headers do not overlap and names are short, so this bounds time and memory.
        var bytesLeft = file.sizeLimit

        func spend(_ bytes: Int) throws(ForeignFileError) {
            bytesLeft -= bytes
            guard bytesLeft >= 0 else {
                throw file.bytes.error(at: header.address, "groups of more objects than the file can hold")
            }
        }
        func visit(_ object: HDF5Object) throws(ForeignFileError) {
            try spend(object.header.size)
            let attributes = try object.attributes()
            let links = object.isGroup ? try object.links() : []
            let content: HDF5Entry.Content =
                if object.isGroup {
                    .group
                } else if let named = try object.namedType() {
                    .namedType(named)
                } else {
                    .dataset(try object.dataset())
                }
            entries.append(HDF5Entry(path: object.path, content: content, attributes: attributes))
            let sorted = links.sorted { $1.name.utf8.lexicographicallyPrecedes($0.name.utf8) }
            for (name, link) in sorted {
                let path = object.path(of: name)
                try spend(path.utf8.count)
                pending.append((path, link))
            }
        }

        try visit(self)
        while let (path, link) = pending.popLast() {
            try spend(8)
            let content: HDF5Entry.Content
            switch link {
            case .soft(let target): content = .softLink(target: target)
            case .external(let target, let object): content = .externalLink(file: target, object: object)
            case .other: content = .otherLink
            case .object(let address):
                if let first = firstPaths.updateValue(path, forKey: address) {
                    firstPaths[address] = first
                    content = .alias(of: first)
                    break
                }
                do throws(ForeignFileError) {
                    try visit(HDF5Object(path: path, at: address, in: file))
                    continue
                } catch { content = .unreadable(error) }
            }
            entries.append(HDF5Entry(path: path, content: content, attributes: []))
        }
        return entries
    }
}
