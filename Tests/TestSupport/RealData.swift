public import Foundation

/// The real data sets and trained networks that lie beside a checkout, in `../shared/data`.
///
/// They are not part of the repository. Suites that need them say `.enabled(if: RealData.exists, RealData.reason)`.
public enum RealData {
    /// The package's root folder, found from this file's place in it.
    public static let packageRoot = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    public static let folder = packageRoot.deletingLastPathComponent().appendingPathComponent("shared/data")

    public static var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// Absolute path of a file, `mnist/train-images-idx3-ubyte.gz` for example.
    public static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}
