import ArgumentParser
import Pipeline
import Stages
import Storage

/// An error as the user sees it: words for standard error, and an exit code.
struct CommandFailure: Error {
    var message: String
    var code: Int32

    init(_ message: String, code: Int32) {
        self.message = message
        self.code = code
    }

    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as PipelineMistakes:
            self.init(
                error.description, code: error.areOfCommandLine ? ExitStatus.wrongCommandLine : ExitStatus.wrongInput)
        case let error as StoreError: self.init(error.description, code: Self.code(of: error))
        case let error as RunFolderError:
            self.init(error.description, code: error.isGone ? ExitStatus.stageFailed : ExitStatus.wrongInput)
        case let error as SelectionError:
            self.init(
                error.isBlocked ? error.description : "Error: \(error)",
                code: error.isBlocked ? ExitStatus.stageFailed : ExitStatus.wrongCommandLine)
        case let error as RecordError: self.init(error.description, code: ExitStatus.wrongInput)
        case let error as FileSystemError: self.init("\(error)\n  fix: \(error.fix)", code: Self.code(of: error))
        case _ where StageEnvironment.isBadInput(error): self.init("\(error)", code: ExitStatus.wrongInput)
        default: self.init(commandLine: error)
        }
    }

    /// Help and version are errors to the parser, and a wrong command line is 64 to it.
    private init(commandLine error: any Error) {
        let code = Convscope.exitCode(for: error)
        switch code {
        case .success: self.init(Convscope.fullMessage(for: error), code: ExitStatus.done)
        case .validationFailure: self.init(Convscope.fullMessage(for: error), code: ExitStatus.wrongCommandLine)
        default: self.init("\(error)", code: ExitStatus.stageFailed)
        }
    }

    private static func code(of error: StoreError) -> Int32 {
        switch error {
        case .notAStore: ExitStatus.wrongCommandLine
        case .unstable: ExitStatus.wrongInput
        case .gone: ExitStatus.stageFailed
        case .fileSystem(let error): code(of: error)
        }
    }

    private static func code(of error: FileSystemError) -> Int32 {
        error.isWrongPath ? ExitStatus.wrongInput : ExitStatus.stageFailed
    }
}
