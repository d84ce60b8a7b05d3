/// A store that cannot be used. Prints with what to do.
public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The folder holds something else, or a store of a later version.
    case notAStore(path: String, format: String)
    case fileSystem(FileSystemError)
    /// Somebody has moved or removed it since it was opened.
    case gone(path: String)
    /// An external file changed again and again while it was read.
    case unstable(path: String)

    public var description: String {
        switch self {
        case .notAStore(let path, let format):
            "'\(path)' is not a store of this version: its format is '\(format)', expected '\(Store.format)'\n"
                + "  fix: choose another folder with --store, or move this one away"
        case .fileSystem(let error) where error.isFull:
            "\(error)\n  fix: make room, or choose a store on another disk with --store; then run again"
        case .fileSystem(let error): "\(error)\n  fix: \(error.fix)"
        case .gone(let path):
            "the store '\(path)' was moved or removed while it was used\n"
                + "  fix: move it back, or leave it where it is now and name it with --store; then run again"
        case .unstable(let path):
            "'\(path)' changes while it is read\n  fix: wait until whatever writes it has finished, then run again"
        }
    }
}
