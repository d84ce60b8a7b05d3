import CHDF5

extension HDF5File {
    /// Whether the path names a group or dataset; a link that leads nowhere or out of the file does not.
    public func contains(_ path: String) -> Bool {
        Library.call { (try? open(ObjectPath.normalized(path))) != nil }
    }

    /// The names in a group, sorted by their bytes.
    /// - Throws: `HDF5Error`.
    public func names(in group: String = "/") throws -> [String] {
        try Library.call {
            let path = ObjectPath.normalized(group)
            let object = try open(path)
            guard H5Iget_type(object.id) == H5I_GROUP else {
                throw place(path).error(.wrongKind(found: Self.kind(of: object), expected: "a group"))
            }
            return try Links.list(in: object.id, place(path)).map(\.name)
        }
    }

    /// Makes a group and those above it, as far as they do not exist.
    /// - Throws: `HDF5Error`.
    public func createGroup(_ path: String) throws {
        precondition(isWritable, "\(self.path) is open for reading")
        try Library.call {
            let place = place(ObjectPath.normalized(path))
            let creation = try place.own(H5Pcreate(CHDF5_group_create_class()), "prepare a group")
            try place.check(H5Pset_obj_track_times(creation.id, false), "switch time stamps off")
            try place.check(H5Pset_link_creation_order(creation.id, 0), "switch creation order off")
            var prefix = "/"
            for name in ObjectPath.components(path) {
                prefix = ObjectPath.joined(prefix, String(name))
                if try place.check(H5Lexists(handle.id, prefix, CHDF5_default()), "look for '\(prefix)'") > 0 {
                    let found = try open(prefix)
                    guard H5Iget_type(found.id) == H5I_GROUP else {
                        throw self.place(prefix).error(.wrongKind(found: Self.kind(of: found), expected: "a group"))
                    }
                } else {
                    let group = H5Gcreate2(handle.id, prefix, CHDF5_default(), creation.id, CHDF5_default())
                    _ = try place.own(group, "create the group")
                }
            }
        }
    }

    /// Opens the object at a normalized path; follows soft links, never one out of the file.
    func open(_ path: String) throws -> Handle {
        let place = place(path)
        let access = try Links.access(place)
        let object = H5Oopen(handle.id, path, access.id)
        guard object < 0 else { return Handle(object, of: place.writing) }
        let words = ErrorStack.takeWords()
        throw try diagnosis(of: path) ?? place.error(.failed(doing: "open it", words: words))
    }

    /// Why nothing could be opened at a path: a name that is not there, or a link that leads out of the file.
    private func diagnosis(of path: String) throws -> HDF5Error? {
        var group = "/"
        for name in ObjectPath.components(path) {
            let access = try Links.access(place(group))
            let container = H5Oopen(handle.id, group, access.id)
            guard container >= 0 else { return nil }
            let object = Handle(container)
            guard H5Iget_type(object.id) == H5I_GROUP else {
                return place(group).error(.wrongKind(found: Self.kind(of: object), expected: "a group"))
            }
            let links = try Links.list(in: object.id, place(group))
            guard let link = links.first(where: { $0.name == name }) else {
                return place(path).error(.missing(group: group, available: links.map(\.name)))
            }
            if case .external(let file, let target) = link.kind {
                return place(path).error(.elsewhere(target: "\(file):\(target)"))
            }
            group = ObjectPath.joined(group, String(name))
        }
        return nil
    }

    static func kind(of object: Handle) -> String {
        switch H5Iget_type(object.id) {
        case H5I_GROUP: "a group"
        case H5I_DATASET: "a dataset"
        case H5I_DATATYPE: "a named type"
        default: "no object"
        }
    }
}
