/// What went wrong with an HDF5 file, where, and in the library's own words.
public struct HDF5Error: Error, Sendable, Equatable {
    /// Path of the file.
    public let file: String

    /// Path of the group, dataset or link in the file; `/` where the file as a whole is meant.
    public let object: String

    public let problem: Problem

    public enum Problem: Sendable, Equatable {
        /// The file cannot be read or made; `reason` is the system's.
        case unreachable(reason: String)
        /// The file is no HDF5 file, or is cut short or damaged where it describes itself.
        case notHDF5(words: [String])
        /// The library crashed, or did not come to an end, on a trial reading in a process apart.
        case dangerous(end: String)
        /// Two parts of the file say different things about the same.
        case inconsistent(String)
        /// A call of the library failed; `words` are its own, outermost first.
        case failed(doing: String, words: [String])
        /// The file cannot be written, as on a full disk; `reason` is the system's.
        case unwritable(doing: String, reason: String)
        /// Nothing has this path; `available` are the names in the deepest group that exists.
        case missing(group: String, available: [String])
        /// Something already has this path.
        case exists
        /// The object is a group, a dataset or something else than what was asked for.
        case wrongKind(found: String, expected: String)
        /// The elements have a type that cannot become the one asked for without loss.
        case wrongType(found: String, expected: String)
        /// The values given do not fit the dataset.
        case wrongShape(found: [Int], expected: [Int])
        /// The rows asked for do not exist.
        case outside(rows: Range<Int>, count: Int)
        /// Reading would take more memory than the caller allows. Sizes in bytes; `needed` saturates.
        case tooLarge(needed: Int, limit: Int)
        /// The values lie in another file, and other files are never opened.
        case elsewhere(target: String)
        /// HDF5 allows it, this program does not.
        case unsupported(what: String, fix: String)
    }
}

extension HDF5Error: CustomStringConvertible {
    public var description: String {
        let place = object == "/" ? file : "\(file): \(object)"
        return "\(place): \(problem.what)\n  fix: \(problem.fix)"
    }
}

extension HDF5Error.Problem {
    /// What is wrong, as one line.
    public var what: String {
        switch self {
        case .unreachable(let reason): "cannot be opened: \(reason)"
        case .notHDF5(let words): "is not an HDF5 file, or is damaged" + quoted(words)
        case .dangerous(let end): "is damaged: the HDF5 library \(end) on a trial reading"
        case .inconsistent(let what): "is damaged: \(what)"
        case .failed(let doing, let words): "cannot \(doing)" + quoted(words)
        case .unwritable(let doing, let reason): "cannot \(doing): \(reason)"
        case .missing(let group, let available):
            available.isEmpty
                ? "does not exist; '\(group)' is empty" : "does not exist; '\(group)' holds \(listed(available))"
        case .exists: "exists already"
        case .wrongKind(let found, let expected): "is \(found), not \(expected)"
        case .wrongType(let found, let expected): "holds \(found), which cannot be read or written as \(expected)"
        case .wrongShape(let found, let expected): "has shape \(expected), but the values have shape \(found)"
        case .outside(let rows, let count):
            "has \(count) rows, so rows \(rows.lowerBound)..<\(rows.upperBound) do not exist"
        case .tooLarge(let needed, let limit): "needs \(needed) bytes of memory, more than the allowed \(limit)"
        case .elsewhere(let target): "points into another file (\(target)), and other files are never followed"
        case .unsupported(let what, _): what
        }
    }

    /// What the reader can do about it, as one line.
    public var fix: String {
        switch self {
        case .unreachable: "check the path and its permissions"
        case .notHDF5, .dangerous, .inconsistent: "make or download the file again"
        case .failed: "check that the file is complete and the disk not full"
        case .unwritable: "make room on the disk, and check the folder and its permissions"
        case .missing: "choose one of the names that exist"
        case .exists: "choose another path"
        case .wrongKind(_, let expected): "give the path of \(expected)"
        case .wrongType: "convert the data, or choose another dataset"
        case .wrongShape(_, let expected): "give values of shape \(expected)"
        case .outside(_, let count): "choose rows within 0..<\(count)"
        case .tooLarge: "read fewer rows at a time, or allow more memory"
        case .elsewhere: "copy the data into this file"
        case .unsupported(_, let fix): fix
        }
    }

    private func quoted(_ words: [String]) -> String {
        words.isEmpty ? "" : " (HDF5: \(words.joined(separator: "; ")))"
    }

    private func listed(_ names: [String]) -> String {
        let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
    }
}
