import ArgumentParser
import JSONValues
import Pipeline
import Storage

struct CacheVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read every byte of every result and compare it with what was written.",
        discussion: """
            Exit code 1 when anything damaged stays. Nothing is removed unless --remove-damaged is given; a damaged result \
            that a run needs is made again in any case.
            """)

    @OptionGroup var storing: StoreOptions

    @Flag(help: "Remove damaged results, so that the next run makes them again.")
    var removeDamaged = false

    @Option(help: "How many results are read at the same time (default: all processors).")
    var threads: Int?

    @Flag(help: "Print as JSON.")
    var json = false

    func validate() throws {
        if let threads, !(1...4096).contains(threads) {
            throw ValidationError("--threads \(threads) is outside 1...4096\n  fix: choose a number in that range")
        }
    }

    func run() throws {
        let store = try storing.openExisting()
        let result = try store.verify(threads: threads ?? MachineFacts.processors)
        if removeDamaged { for damage in result.damages { try store.setAside(damage.key) } }
        if json {
            print(result.json(isRemoved: removeDamaged).prettyText)
        } else {
            for damage in result.damages { print("\(damage.key): \(damage.reason)") }
            print(
                "\(Words.counted(result.objects, "result")), \(Words.bytes(result.bytes)): "
                    + (result.damages.isEmpty ? "all whole" : "\(Words.count(result.damages.count)) damaged")
                    + (removeDamaged && !result.damages.isEmpty ? " and removed; the next run makes them again" : ""))
        }
        guard !result.damages.isEmpty, !removeDamaged else { return }
        throw CommandFailure(
            "the store has damaged results\n  fix: run again with --remove-damaged; the next run makes them again",
            code: ExitStatus.stageFailed)
    }
}

extension VerificationResult {
    fileprivate func json(isRemoved: Bool) -> JSONValue {
        let damages = damages.map { damage -> JSONValue in
            ["key": .string(damage.key.hex), "reason": .string(damage.reason), "removed": .bool(isRemoved)]
        }
        return ["results": .integer(objects), "bytes": .integer(bytes), "damaged": .array(damages)]
    }
}
