import Foundation

/// The Python that `CONVSCOPE_PYTHON` names, for the programs in `Scripts/golden` that a test runs.
public struct ReferencePython: Sendable {
    public struct Failure: Error, CustomStringConvertible { public let description: String }

    private let interpreter: URL

    /// - Parameter modules: what it must have, `torch, torchvision`; `nil` is returned where it lacks one.
    public init?(importing modules: String) {
        guard let path = ProcessInfo.processInfo.environment["CONVSCOPE_PYTHON"], !path.isEmpty else { return nil }
        interpreter = URL(fileURLWithPath: path)
        guard (try? run(["-c", "import \(modules)"])) != nil else { return nil }
    }

    /// Runs a program of `Scripts/golden`: its name, and its arguments.
    /// - Throws: `Failure` with what it wrote to standard error.
    public func run(_ arguments: [String]) throws {
        let (process, errors) = (Process(), Pipe())
        process.executableURL = interpreter
        process.arguments = ["-B"] + arguments
        process.currentDirectoryURL = RealData.packageRoot.appendingPathComponent("Scripts/golden")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: words) }
    }
}
