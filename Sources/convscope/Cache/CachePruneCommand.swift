import ArgumentParser
import JSONValues
import Pipeline
import Storage

struct CachePruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Make room in the store: remove results that nobody used for long.",
        discussion: """
            Results that an existing run folder names are kept, and so is what running processes use; pruning is safe \
            while others run. Leftovers of killed processes go in any case; without --older-than and --to-size nothing \
            else does.
            """)

    @OptionGroup var storing: StoreOptions

    @Option(
        help: ArgumentHelp("Remove what was not used for so long: 30d, 12h, 90m.", valueName: "age"),
        transform: Age.init(parsing:))
    var olderThan: Age?

    @Option(
        help: ArgumentHelp(
            "Remove what was not used for the longest time until the rest fits: 10GB.", valueName: "size"))
    var toSize: ByteCount?

    @Flag(help: "Say what would be removed, and do nothing.")
    var dryRun = false

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let store = try storing.openExisting()
        let result = try store.prune(
            PruneRequest(age: olderThan?.seconds, size: toSize?.bytes, isRehearsal: dryRun))
        if json { return print(result.json.prettyText) }
        let verb = dryRun ? "would remove" : "removed"
        print("\(verb) \(Words.counted(result.removed.count, "result")), \(Words.bytes(result.removedBytes))")
        if !result.leftovers.isEmpty { print("\(verb) \(result.leftovers.inWords)") }
        for folder in result.goneRunFolders {
            print("run folder '\(folder)' is gone; of its results only those that other run folders name are kept")
        }
        print("kept \(Words.counted(result.kept, "result")), \(Words.bytes(result.keptBytes))")
    }
}

/// `30d`, `12h`, `90m`, `45s`, `2w`
struct Age {
    let seconds: Int

    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    /// A hundred years.
    private static let limit = 3_155_760_000

    init(parsing text: String) throws {
        guard let letter = text.last, let unit = Self.units[letter], let count = Int(text.dropLast()), count >= 0 else {
            throw ValidationError("expected a whole number and s, m, h, d or w\n  fix: write 30d, 12h or 90m")
        }
        let (seconds, isTooLarge) = count.multipliedReportingOverflow(by: unit)
        guard !isTooLarge, seconds <= Self.limit else {
            throw ValidationError("that is more than a hundred years\n  fix: write less, as 5200w")
        }
        self.seconds = seconds
    }
}

/// `10GB`, `500 MB`, `1.5GiB`, `0`
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init?(argument: String) {
        guard let bytes = argument == "0" ? 0 : Resources.bytes(argument) else { return nil }
        self.bytes = bytes
    }
}

extension PruneResult {
    fileprivate var json: JSONValue {
        [
            "removed": .strings(removed.map(\.hex)), "removed_bytes": .integer(removedBytes),
            "kept": .integer(kept), "kept_bytes": .integer(keptBytes), "leftovers": leftovers.json,
            "gone_run_folders": .strings(goneRunFolders),
        ]
    }
}
