import ArgumentParser
import JSONValues
import Storage

struct CacheListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the stored results with size, time to make, and when they were made.")

    @OptionGroup var storing: StoreOptions

    @Flag(help: "Print as JSON, with whole keys and parameters.")
    var json = false

    func run() throws {
        let store = try storing.openExisting()
        let entries = try store.keys().map { CacheEntry($0, in: store) }
        if json { return print(JSONValue.array(entries.map(\.json)).prettyText) }
        let header = ["key", "stage", "size", "seconds", "made"]
        print(Table.text([header] + entries.map(\.row), numeric: [2, 3]))
        print("\(Words.counted(entries.count, "result")), \(Words.bytes(entries.reduce(0) { $0 + $1.size }))")
    }
}

/// One object of the store, as it is listed.
private struct CacheEntry {
    let key: Digest
    private let manifest: ObjectManifest?
    private let damage: String?

    init(_ key: Digest, in store: Store) {
        self.key = key
        switch store.find(key) {
        case .present(let object): (manifest, damage) = (object.manifest, nil)
        case .absent: (manifest, damage) = (nil, "removed meanwhile")
        case .damaged(let reason): (manifest, damage) = (nil, reason)
        }
    }

    var size: Int { manifest?.ports.flatMap(\.files).reduce(0) { $0 + $1.size } ?? 0 }

    var row: [String] {
        let short = String(key.hex.prefix(12))
        guard let manifest else { return [short, "damaged: \(damage ?? "")"] }
        let seconds = manifest.record["seconds"]?.double ?? 0
        return [
            short, manifest.keyManifest["stage"]?.string ?? "", Words.bytes(size),
            "\((seconds * 10).rounded() / 10)", manifest.record["started"]?.string ?? "",
        ]
    }

    var json: JSONValue {
        var json: JSONValue = ["key": .string(key.hex), "size": .integer(size)]
        if let manifest {
            json["manifest"] = manifest.keyManifest
            json["record"] = .object(manifest.record)
        }
        if let damage { json["damage"] = .string(damage) }
        return json
    }
}
