public import Storage

/// How the content of output files is digested, by file extension. What is not listed is digested byte by byte; a format
/// whose files hold provenance beside their data lists a digest of the data alone.
public struct ContentDigester: Sendable {
    public typealias Function = @Sendable (_ path: String) throws -> Digest

    private let functions: [String: Function]

    /// - Parameter functions: by extension in lower case: `["h5": digestOfHDF5Data]`.
    public init(_ functions: [String: Function] = [:]) { self.functions = functions }

    /// Whether content and bytes of the file have different digests.
    func isSpecial(_ path: String) -> Bool { functions[Paths.fileExtension(of: path)] != nil }

    func digest(of path: String) throws -> Digest {
        if let function = functions[Paths.fileExtension(of: path)] { return try function(path) }
        return try Digest.ofFile(path)
    }
}
