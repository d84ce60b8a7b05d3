import Storage

/// Writes the bytes of a picture to a file of an output.
enum FileBytes {
    /// - Throws: `FileSystemError`, as on a full disk.
    static func write(_ bytes: [UInt8], to path: String) throws { try FileSystem.write(bytes, to: path) }
}
