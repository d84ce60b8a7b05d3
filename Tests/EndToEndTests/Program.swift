import Foundation

/// The built program, run as a user runs it.
struct Program {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Beside the tests in the build folder.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("convscope")

    /// The folder that the program is in.
    static var folder: String { path.deletingLastPathComponent().path }

    /// Runs `convscope` with arguments in a working folder, and waits for its end.
    static func run(_ arguments: [String], in folder: URL) throws -> Outcome {
        try run(path, arguments, in: folder)
    }

    /// Runs any program, and waits for its end.
    static func run(_ executable: URL, _ arguments: [String], in folder: URL) throws -> Outcome {
        let process = process(executable, arguments, in: folder)
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        // Read beside each other, or a full pipe would stop the program.
        let reading = DispatchGroup()
        nonisolated(unsafe) var errorData = Data()
        try process.run()
        DispatchQueue.global().async(group: reading) { errorData = errors.fileHandleForReading.readDataToEndOfFile() }
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        reading.wait()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
            errors: String(decoding: errorData, as: UTF8.self))
    }

    /// Starts `convscope` and returns at once; what it prints is dropped.
    ///
    /// - Parameter variables: added to the environment.
    static func start(
        _ arguments: [String], in folder: URL, variables: [String: String] = [:]
    ) throws -> Process {
        let process = process(path, arguments, in: folder)
        process.environment?.merge(variables) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private static func process(_ executable: URL, _ arguments: [String], in folder: URL) -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "CONVSCOPE_STORE" }
        return process
    }
}
