import JSONValues
public import Pipeline
import Storage

/// The `summary` of a finished stage, as a section of a page.
///
/// A summary that has nothing to show is a section that says so.
public struct StageSummary: ArtifactReader {
    /// What a stage will have to show cannot be known before.
    public typealias Description = Never
    public static let kinds = ["summary"]

    public let section: ReportPage.Section

    /// - Throws: where the summary is no longer in the store as it was made.
    public init(opening output: StoredOutput) throws {
        let file = "\(output.folder)/\(output.port).json"
        _ = try JSONDocument(parsing: try FileSystem.read(file))
        self.init(
            file: file, pictureFolder: "\(output.folder)/\(output.port)",
            label: output.label, digest: output.digest.hex)
    }

    /// - Parameters:
    ///   - file: the absolute path of a `summary.json`.
    ///   - label: what the pipeline file calls the stage; `nil` takes the name of its kind.
    public init(file: String, pictureFolder: String, label: String?, digest: String) {
        var summary = JSONValue.null
        var problem: String?
        do {
            summary = try JSONDocument(parsing: try FileSystem.read(file)).root
            if summary["content"]?.isNull ?? true { problem = "the stage left no summary" }
        } catch is FileSystemError {
            problem = "its summary cannot be read"
        } catch {
            problem = "its summary is damaged"
        }
        let content = summary["content"].flatMap(SectionContent.init(json:))
        if content == nil, problem == nil { problem = "its summary has no blocks" }
        let metrics = (summary["metrics"]?.object ?? [:]).compactMap { name, value in
            value.double.map { (name: name, value: $0) }
        }
        let stage = summary["stage"]?.string ?? "unknown"
        section = ReportPage.Section(
            label: label ?? stage, stage: stage, version: summary["version"]?.int ?? 0,
            parameters: summary["parameters"] ?? .object([:]), digest: digest, metrics: metrics, content: content,
            problem: problem,
            pictureFolder: pictureFolder)
    }
}
