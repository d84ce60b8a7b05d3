import ForeignFiles
import Glibc

/// Where the numbers of a tensor lie that are in a file of their own, as those of large models are.
///
/// The file must lie in the model's folder or below: a model cannot make us read anything else, neither by `..` nor by
/// a link.
///
/// Source: onnx/onnx, `docs/ExternalData.md`.
struct ONNXExternalData: Sendable {
    /// Relative to the model's folder.
    let location: String
    private let offset: Int
    /// `nil` for all that follows.
    private let length: Int?

    init(_ entries: [String: String], of tensor: String, in message: ForeignBytes) throws(ForeignFileError) {
        func number(_ key: String) throws(ForeignFileError) -> Int? {
            guard let text = entries[key] else { return nil }
            guard let number = Int(text), number >= 0 else {
                throw message.error(at: 0, "\(tensor) has the \(key) '\(text.prefix(40))', which is no number of bytes")
            }
            return number
        }
        guard let location = entries["location"], !location.isEmpty, !location.utf8.contains(0) else {
            throw message.error(at: 0, "\(tensor) does not say which file its numbers are in")
        }
        guard !location.hasPrefix("/"), !location.split(separator: "/").contains("..") else {
            throw message.error(
                at: 0, "\(tensor) is said to be in '\(location.prefix(200))', outside of the model's folder",
                fix: "export the model again, with its data beside it")
        }
        self.location = location
        offset = try number("offset") ?? 0
        length = try number("length")
    }

    /// The numbers, `count` bytes of them.
    /// - Parameters:
    ///   - folder: the model's; `nil` for a model that lies in no folder.
    ///   - message: where the model speaks of them.
    func bytes(folder: String?, count: Int, _ message: ForeignBytes) throws(ForeignFileError) -> ForeignBytes {
        guard let folder, let root = Self.resolved(folder) else {
            throw message.error(
                at: 0, "numbers are in another file, '\(location.prefix(200))', but the model lies in no folder",
                fix: "open the model by its path")
        }
        guard let path = Self.resolved(folder + "/" + location) else {
            throw message.error(
                at: 0, "the file '\(location.prefix(200))' with a part of the weights cannot be read",
                fix: "put it beside the model, under that name")
        }
        guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            throw message.error(
                at: 0, "'\(location.prefix(200))' is a link that leads out of the model's folder",
                fix: "put the file itself beside the model")
        }
        if let length, length != count {
            throw message.error(
                at: 0, "a tensor takes \(count) bytes, but has \(length) of '\(location.prefix(200))'")
        }
        return try MappedFile(path: path).bytes.part(at: offset, count: count, "a tensor")
    }

    /// An absolute path without links.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
