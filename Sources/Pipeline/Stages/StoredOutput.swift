public import Storage

/// One output of a finished stage: read-only files in the store.
public struct StoredOutput: Sendable {
    /// The name of the port that wrote it.
    public let port: String
    public let kind: String

    /// The digest of the content. Equal content has an equal digest, whatever made it.
    public let digest: Digest

    /// The absolute path of the folder that `files` are in.
    public let folder: String

    /// Paths in `folder`, sorted: `embedding.h5`, `pictures/0001.png`.
    public let files: [String]

    /// What the pipeline file calls the stage that wrote it; `nil` unless the input port is labelled, because only then
    /// it is part of the key.
    public let label: String?

    let externalPaths: ExternalPaths

    /// The absolute path of the port's file with this extension: `path("h5")`.
    ///
    /// - Throws: ``StageError`` where there is no such file.
    public func path(_ fileExtension: String) throws -> String {
        let name = "\(port).\(fileExtension)"
        guard files.contains(name) else {
            throw StageError(
                "has no file '\(name)', only \(files.joined(separator: ", "))",
                fix: "run the stage that wrote it again with --force", place: "output '\(port)' of kind '\(kind)'")
        }
        return folder + "/" + name
    }

    /// Today's path of an external file that the artifact names by its digest.
    ///
    /// - Throws: ``StageError`` where no stage of the plan names such a file, or it has changed since.
    public func externalFile(digest: Digest) throws -> String {
        try externalPaths.path(of: digest, for: self.digest)
    }
}
