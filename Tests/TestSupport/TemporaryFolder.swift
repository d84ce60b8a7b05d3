public import Foundation

/// A folder for one test, removed with everything in it when the test ends.
public final class TemporaryFolder: Sendable {
    public let url: URL
    public var path: String { url.path }

    /// - Parameter inMemory: whether it lies in memory, where the system has a folder for that: for tests that flush
    ///   thousands of files.
    public init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let parent =
            inMemory && FileManager.default.isWritableFile(atPath: memory)
            ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        url = parent.appendingPathComponent("convscope-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Absolute path of a file inside.
    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    deinit { try? FileManager.default.removeItem(at: url) }
}
