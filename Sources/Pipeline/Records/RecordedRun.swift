public import JSONValues
public import Storage

/// What a run wrote down of itself: `run.json`, read as far as it makes sense.
///
/// It may be of an earlier version, or of a run that was killed; members that are missing or of another type are `nil`.
public struct RecordedRun: Sendable {
    /// One stage, or instance of a stage.
    public struct Stage: Sendable {
        /// `map`, or `map[perplexity=5,seed=0]`.
        public let id: String
        /// The member of `stages`.
        public let json: JSONValue

        /// `reduce.tsne`
        public var kind: String? { json["stage"]?.string }
        public var state: String? { json["state"]?.string }
        public var reason: String? { json["reason"]?.string }
        public var error: String? { json["error"]?.string }

        /// Seconds that its result took to make, also where an earlier run made it.
        public var seconds: Double? { (json["made"]?["seconds"] ?? json["seconds"])?.double }
        /// Bytes.
        public var peakMemory: Int? { json["peak_memory"]?.int }
        public var metrics: JSONObject { json["metrics"]?.object ?? [:] }
        public var hasResult: Bool { state == "finished" || state == "reused" }

        /// The digests of its outputs, by port.
        public var outputs: [(port: String, digest: String)] {
            (json["outputs"]?.object ?? [:]).compactMap { port, output in
                output["digest"]?.string.map { (port, $0) }
            }
        }

        /// Key and manifest of its last result, which an earlier run may have made; the manifest is `nil` in records of
        /// earlier versions.
        public var last: (key: Digest, manifest: JSONValue?)? {
            let source = hasResult ? json : json["last"]
            guard let key = source?["key"]?.string.flatMap(Digest.init(hex:)) else { return nil }
            return (key, source?["manifest"])
        }
    }

    /// The path of the file.
    public let path: String
    public let json: JSONValue
    public let stages: [Stage]
    private let places: [String: Int]

    /// - Parameter path: a run folder, or its `run.json`.
    /// - Throws: ``RecordError`` where there is none, and where it cannot be understood.
    public init(reading path: String) throws(RecordError) {
        let file = FileSystem.isFolder(path) ? path + "/run.json" : path
        self.path = file
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try FileSystem.read(file)
        } catch {
            throw RecordError(
                error.isMissing ? "there is no run '\(path)'" : "\(error)",
                fix: "name a run folder, or a run.json", isMissing: error.isMissing)
        }
        guard let json = try? JSONDocument(parsing: bytes).root, json["format"]?.string == RunRecord.format,
            let stages = json["stages"]?.object
        else {
            throw RecordError(
                "'\(file)' is no record of a run, or damaged", fix: "run the pipeline again to have it written anew")
        }
        self.json = json
        self.stages = stages.map(Stage.init)
        places = Dictionary(uniqueKeysWithValues: zip(stages.keys, stages.keys.indices))
    }

    public func stage(_ id: String) -> Stage? { places[id].map { stages[$0] } }

    public var name: String? { json["name"]?.string }

    /// `running`, `finished`, `failed` or `interrupted`; `running` also after a kill.
    public var state: String? { json["state"]?.string }

    /// The folder that `run.json` is in.
    public var folder: String { Paths.folder(of: path) }

    /// Whether a stage was tried without coming to its end. One that was running when the run was killed is one.
    func hasFailed(_ id: String) -> Bool { ["failed", "interrupted", "running"].contains(stage(id)?.state) }
}

/// A run that cannot be looked at.
public struct RecordError: Error, Sendable, Hashable, CustomStringConvertible {
    public let what: String
    public let fix: String
    /// Nothing is there; otherwise it cannot be understood.
    public let isMissing: Bool

    init(_ what: String, fix: String, isMissing: Bool = false) {
        self.what = what
        self.fix = fix
        self.isMissing = isMissing
    }

    public var description: String { "\(what)\n  fix: \(fix)" }
}
