import CHDF5

/// One name in a group.
struct Link {
    enum Kind: Equatable {
        case hard
        case soft(target: String)
        case external(file: String, object: String)
        case other
    }

    let name: String
    let kind: Kind
}

/// Names in groups, read without following any.
enum Links {
    /// A property list for opening objects by path that lets no link lead out of the file.
    static func access(_ place: Place, _ propertyClass: hid_t = CHDF5_link_access_class()) throws -> Handle {
        let access = try place.own(H5Pcreate(propertyClass), "prepare link access")
        try place.check(
            H5Pset_elink_cb(access.id, { _, _, _, _, _, _, _ in -1 }, nil), "switch external links off")
        return access
    }

    /// All names in an open group, sorted by their bytes.
    static func list(in group: hid_t, _ place: Place) throws -> [Link] {
        var names: [String] = []
        let status = withUnsafeMutablePointer(to: &names) { target in
            var position: hsize_t = 0
            return H5Literate(
                group, H5_INDEX_NAME, H5_ITER_NATIVE, &position,
                { _, name, _, context in
                    guard let name, let context else { return -1 }
                    context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                    return 0
                }, target)
        }
        try place.check(status, "list the group")
        names.sort { $0.precedesInBytes($1) }
        return try names.map { Link(name: $0, kind: try kind(of: $0, in: group, place)) }
    }

    /// What the link `name` in an open group is; `name` may be a path.
    static func kind(of name: String, in group: hid_t, _ place: Place) throws -> Link.Kind {
        var info = H5L_info_t()
        let access = try access(place)
        try place.check(H5Lget_info(group, name, &info, access.id), "read the link '\(name)'")
        if info.type == H5L_TYPE_HARD { return .hard }
        guard info.type == H5L_TYPE_SOFT || info.type == H5L_TYPE_EXTERNAL else { return .other }
        let size = info.u.val_size
        guard size <= longestTarget else { return .other }
        // One byte more, always zero, ends the text even if the file's own does not.
        var bytes = [CChar](repeating: 0, count: size + 1)
        try place.check(H5Lget_val(group, name, &bytes, size, access.id), "read the target of '\(name)'")
        guard info.type == H5L_TYPE_EXTERNAL else { return .soft(target: text(bytes[...])) }
        // A byte of version and flags, then two texts that each end in a zero.
        let parts = bytes.dropFirst().split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return .other }
        return .external(file: text(parts[0]), object: text(parts[1]))
    }

    private static let longestTarget = 1 << 16

    private static func text(_ bytes: ArraySlice<CChar>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
