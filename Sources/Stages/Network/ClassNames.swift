import Datasets
import Pipeline

/// Names of a network's classes from a file, see ``ClassList``.
enum ClassNames {
    /// - Throws: `StageError` that names the file.
    static func read(_ path: String) throws(StageError) -> [String] {
        do { return try ClassList(path: path).names } catch {
            throw StageError(error.what, fix: error.fix, place: error.place ?? path)
        }
    }
}
