import JSONValues
import Storage

/// An error that a stage ended with, in words.
struct StageFailure {
    let message: String
    let isBadInput: Bool

    init(_ error: any Error, isBadInput: (any Error) -> Bool) {
        switch error {
        case let error as RunFolderError:
            message = error.description
            self.isBadInput = true
        case let error as StageError:
            message = error.description
            self.isBadInput = error.kind == .badInput
        case let error as ParameterError:
            message = "\(JSONPath("parameters").appending(error.path)): \(error.what)\n  fix: \(error.fix)"
            self.isBadInput = true
        case let error as FileSystemError where error.isFull:
            message = StoreError.fileSystem(error).description
            self.isBadInput = false
        case let error as FileSystemError where !error.isWrongPath:
            message = "\(error)\n  fix: \(error.fix)"
            self.isBadInput = false
        case StoreError.gone:
            message = "\(error)"
            self.isBadInput = false
        case let error as StoreError:
            // The only call to the store that a stage waits for is reading an external file.
            message = error.description
            self.isBadInput = true
        default:
            message = "\(error)"
            self.isBadInput = isBadInput(error)
        }
    }
}
