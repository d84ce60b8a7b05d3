import Foundation
import Storage

/// Another process that uses a store: `Tests/StoreWorker`.
enum Worker {
    struct Outcome {
        var status: Int32
        var output: String
    }

    /// Beside the tests in the build folder.
    private static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("store-worker")

    static func start(_ arguments: String..., faults: String? = nil, countFile: String? = nil) throws -> (Process, Pipe)
    {
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        environment["CONVSCOPE_FAULT"] = faults
        environment["CONVSCOPE_FAULT_COUNT"] = countFile
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return (process, output)
    }

    static func end(_ worker: (process: Process, output: Pipe)) -> Outcome {
        let output = worker.output.fileHandleForReading.readDataToEndOfFile()
        worker.process.waitUntilExit()
        return Outcome(
            status: worker.process.terminationStatus,
            output: String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Makes objects and waits for the end.
    static func make(_ count: Int, in store: String, faults: String? = nil, countFile: String? = nil) throws -> Outcome
    {
        end(try start("make", store, "\(count)", faults: faults, countFile: countFile))
    }

    /// A process that has a lease and an unfinished object.
    static func holding(_ key: Digest, in store: String) throws -> Process {
        let (process, output) = try start("hold", store, key.hex)
        var text = ""
        while !text.contains("held"), let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            text += String(decoding: byte, as: UTF8.self)
        }
        return process
    }
}
