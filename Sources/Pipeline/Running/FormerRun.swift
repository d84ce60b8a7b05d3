import JSONValues
import Storage

/// The record that the run before left in a run folder, read when somebody asks for it: a large one takes longer to read
/// than a run that has nothing to do.
final class FormerRun {
    private let folder: String

    /// `nil` where there is none that can be read.
    private(set) lazy var record = try? RecordedRun(reading: folder)

    init(in folder: String) { self.folder = folder }

    /// Whether a run left one. Looks at its first line only.
    var exists: Bool {
        guard let start = try? FileSystem.readStart(of: folder + "/" + RunRecord.name, count: 200) else {
            return false
        }
        return String(decoding: start, as: UTF8.self).contains("\"format\": \"\(RunRecord.format)\"")
    }

    /// Paths relative to the run folder of the outputs that runs made, and of the folders they are in.
    private(set) lazy var outputs: Set<String> = {
        var paths: Set<String> = []
        for stage in record?.stages ?? [] {
            let outputs = stage.json["outputs"] ?? stage.json["last"]?["outputs"]
            for (_, port) in outputs?.object ?? [:] {
                for case let path? in port["files"]?.array?.map({ $0["path"]?.string }) ?? [] {
                    var path = path
                    while path.contains("/"), paths.insert(path).inserted { path = Paths.folder(of: path) }
                }
            }
        }
        return paths
    }()
}

extension RecordedRun.Stage {
    /// Key, manifest and outputs of the stage's last result, for the record of a run that has none yet.
    var lastResult: JSONValue? {
        guard hasResult else { return json["last"] }
        var result = JSONObject()
        for name in ["key", "manifest", "outputs"] { result[name] = json[name] }
        return .object(result)
    }
}
