import Foundation
import TestSupport

/// torchvision, where `CONVSCOPE_PYTHON` names a Python that has it.
struct Torchvision: Sendable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let interpreter: URL

    init?() {
        guard let path = ProcessInfo.processInfo.environment["CONVSCOPE_PYTHON"], !path.isEmpty else { return nil }
        interpreter = URL(fileURLWithPath: path)
        guard (try? run(["-c", "import torch, torchvision"])) != nil else { return nil }
    }

    /// Runs one of its networks with random weights and leaves weights and values in a folder.
    func run(network name: String, into folder: TemporaryFolder) throws {
        try run(["-B", "torchvision_network.py", name, folder.path])
    }

    private func run(_ arguments: [String]) throws {
        let (process, errors) = (Process(), Pipe())
        process.executableURL = interpreter
        process.arguments = arguments
        process.currentDirectoryURL = RealData.packageRoot.appendingPathComponent("Scripts/golden")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: words) }
    }
}
