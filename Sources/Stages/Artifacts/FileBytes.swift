import Foundation

/// Writes the bytes of a picture to a file of an output.
enum FileBytes {
    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
