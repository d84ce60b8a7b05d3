import CHDF5
import Glibc

/// Where a call happens, so that its failure can say so.
struct Place {
    let file: String
    let object: String
    /// Of a file that is being written: a failed call then is a failed write.
    var writing: WritingState?

    func error(_ problem: HDF5Error.Problem) -> HDF5Error { HDF5Error(file: file, object: object, problem: problem) }

    /// Passes a result of the library on, or throws what its error stack says when the result is negative.
    @discardableResult
    func check<Status: SignedInteger>(_ status: Status, _ doing: @autoclosure () -> String) throws -> Status {
        guard status < 0 else { return status }
        let code = errno
        if let writing {
            writing.hasFailed = true
            if [ENOSPC, EDQUOT, EFBIG, EIO].contains(code) {
                H5Eclear2(CHDF5_error_stack())
                throw error(.unwritable(doing: doing(), reason: String(cString: strerror(code))))
            }
        }
        throw error(.failed(doing: doing(), words: ErrorStack.takeWords()))
    }

    /// Owns an identifier that the library made, or throws.
    func own(_ id: hid_t, _ doing: @autoclosure () -> String) throws -> Handle {
        Handle(try check(id, doing()), of: writing)
    }

    func at(_ object: String) -> Place { Place(file: file, object: object, writing: writing) }
}

/// The library's own account of the last failure on this thread.
enum ErrorStack {
    /// The distinct sentences, outermost call first; the stack is empty afterwards.
    static func takeWords() -> [String] {
        var words: [String] = []
        withUnsafeMutablePointer(to: &words) { target in
            _ = H5Ewalk2(
                CHDF5_error_stack(), H5E_WALK_DOWNWARD,
                { _, entry, context in
                    guard let text = entry?.pointee.desc, let context else { return 0 }
                    let words = context.assumingMemoryBound(to: [String].self)
                    // The system's text of a failed read carries a clock time and an address; they help nobody.
                    let sentence = String(cString: text).prefix { $0 != "," }
                    if words.pointee.last != String(sentence) { words.pointee.append(String(sentence)) }
                    return 0
                }, target)
        }
        H5Eclear2(CHDF5_error_stack())
        return words
    }
}
