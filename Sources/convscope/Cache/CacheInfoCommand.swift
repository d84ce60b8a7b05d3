import ArgumentParser
import JSONValues
import Storage

struct CacheInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Say what the store holds, by kind of stage, and who works in it.")

    @OptionGroup var storing: StoreOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let store = try storing.openExisting()
        let summary = try store.summary()
        if json { return print(summary.json(path: store.path).prettyText) }
        let rows = summary.kinds.map { kind in
            [kind.stage ?? "damaged", Words.count(kind.objects), Words.bytes(kind.bytes)]
        }
        print(Table.text([["stage", "results", "size"]] + rows, numeric: [1, 2]))
        print("\(Words.counted(summary.objects, "result")), \(Words.bytes(summary.bytes))")
        let facts = [
            ("run folder", summary.roots.count, "keeps its results"),
            ("process", summary.sessions.count, "at work"),
            ("checkpoint", summary.checkpoints, "of unfinished stages"),
            ("file", summary.rememberedDigests, "with a remembered digest"),
        ]
        for (noun, count, what) in facts where count > 0 { print("\(Words.counted(count, noun)) \(what)") }
        let left = summary.leftovers
        if !left.isEmpty { print("left behind: \(left.inWords)") }
    }
}

extension StoreSummary {
    fileprivate func json(path: String) -> JSONValue {
        let kinds = kinds.map { kind -> JSONValue in
            [
                "stage": kind.stage.map(JSONValue.string) ?? .null, "results": .integer(kind.objects),
                "bytes": .integer(kind.bytes),
            ]
        }
        return [
            "store": .string(path), "results": .integer(objects), "bytes": .integer(bytes), "kinds": .array(kinds),
            "run_folders": .strings(roots), "sessions": .strings(sessions), "checkpoints": .integer(checkpoints),
            "remembered_files": .integer(rememberedDigests), "leftovers": leftovers.json,
        ]
    }
}

extension Leftovers {
    private var counts: [(name: String, noun: String, count: Int)] {
        [
            ("temporary_folders", "temporary folder", temporaryFolders), ("leases", "lease", leases),
            ("checkpoints", "checkpoint", checkpoints), ("run_folders", "removed run folder", roots),
            ("remembered_files", "outdated digest", rememberedDigests),
        ]
    }

    /// `1 temporary folder, 3 leases`
    var inWords: String {
        counts.filter { $0.count > 0 }.map { Words.counted($0.count, $0.noun) }.joined(separator: ", ")
    }

    var json: JSONValue { .object(JSONObject(counts.map { ($0.name, .integer($0.count)) })) }
}
