import Foundation
import Glibc
import JSONValues
import Storage
import Testing

/// Objects that are damaged behind the back of the program, and that a following stage needs.
@Suite struct DamageTests {
    enum Damage: CaseIterable, Sendable, CustomStringConvertible {
        /// With the times that the file had: nothing but its bytes tells.
        case silentFlip
        case flip, truncatedFile, missingFile, emptyFile
        /// Seen where the index does not vouch for the object.
        case missingManifest, garbageManifest, flippedManifest

        var description: String { "\(self)" }

        var isOfManifest: Bool { [.missingManifest, .garbageManifest, .flippedManifest].contains(self) }
    }

    private struct Case: Sendable, CustomStringConvertible {
        let damage: Damage
        let stage: String
        let seed: Int
        var description: String { "\(damage) in '\(stage)', seed \(seed)" }
    }

    @Test func `a damaged result that a stage needs is made again, with a warning`() throws {
        let sweep = try Sweep()
        let scene = try sweep.scene("undisturbed")
        let first = try Undisturbed(scene.write(), in: scene)
        let second = try Undisturbed(scene.write(leaf: "other"), in: scene)
        let flips = (0..<(Sweep.isFull ? 1000 : 40)).map { Case(damage: .silentFlip, stage: "left", seed: $0) }
        let others = Damage.allCases.flatMap { damage in
            ["left", "right"].map { Case(damage: damage, stage: $0, seed: 1) }
        }
        sweep("damaged results", flips + others) { damaged, scene in
            try scene.requireOutputs(first.outputs, after: scene.perform(.run(first.file)))
            try Self.inflict(damaged, in: scene)
            let outcome = try scene.perform(.run(second.file))
            try scene.requireOutputs(second.outputs, after: outcome)
            let report = try Report(outcome)
            guard report.executed == 2 else { throw Complaint("\(report), expected two to be executed") }
            guard try scene.warnings().contains(damaged.stage) else { throw Complaint("nobody is warned") }
            try scene.requireCleanness()
            try scene.requireWholeStore()
        }
    }

    @Test func `where the index vouches for an object its lost manifest hurts nobody`() throws {
        let sweep = try Sweep()
        let scene = try sweep.scene("undisturbed")
        let first = try Undisturbed(scene.write(), in: scene)
        let second = try Undisturbed(scene.write(leaf: "other"), in: scene)
        try FileSystem.remove(scene.object(of: "left") + "/manifest.json")
        try FileSystem.remove(scene.object(of: "end") + "/manifest.json")
        try scene.requireOutputs(second.outputs, after: scene.perform(.run(second.file)))
        try scene.requireOutputs(first.outputs, after: scene.perform(.run(first.file)))
        #expect(try scene.perform(.cache(["verify", "--remove-damaged"])).isDone)
        try scene.requireOutputs(first.outputs, after: scene.perform(.run(first.file)))
        try scene.requireWholeStore()
    }

    private static func inflict(_ damaged: Case, in scene: Scene) throws {
        let file = try scene.object(of: damaged.stage) + (damaged.damage.isOfManifest ? "/manifest.json" : "/text.txt")
        let bytes = try FileSystem.read(file)
        var random = SeededNumbers(seed: damaged.seed)
        var flipped = bytes
        flipped[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        let before = try #require(try FileSystem.status(of: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        switch damaged.damage {
        case .silentFlip, .flip, .flippedManifest: try FileSystem.write(flipped, to: file)
        case .truncatedFile: try FileSystem.write(Array(bytes.dropLast()), to: file)
        case .emptyFile: try FileSystem.write("", to: file)
        case .garbageManifest: try FileSystem.write("{\"format\": 7}\n", to: file)
        case .missingFile, .missingManifest: try FileSystem.remove(file)
        }
        if damaged.damage == .silentFlip {
            let time = timespec(tv_sec: before.modified / 1_000_000_000, tv_nsec: before.modified % 1_000_000_000)
            utimensat(AT_FDCWD, file, [time, time], 0)
        }
        if damaged.damage.isOfManifest { try FileSystem.remove(scene.store + "/index") }
    }
}

extension Scene {
    /// The folder of the object that a stage of the last run made or reused.
    func object(of stage: String) throws -> String {
        let folder = "\(runs)/\(try FileSystem.list(runs)[0])"
        let record = try JSONDocument(parsing: FileSystem.read(folder + "/run.json")).root
        guard let key = record["stages"]?[stage]?["key"]?.string else { throw Complaint("no key of '\(stage)'") }
        return "\(store)/objects/\(key.prefix(2))/\(key.dropFirst(2))"
    }

    /// The stages that runs have warned about.
    func warnings() throws -> Set<String> {
        let folder = "\(runs)/\(try FileSystem.list(runs)[0])"
        let lines = String(decoding: try FileSystem.read(folder + "/events.jsonl"), as: UTF8.self).split(
            separator: "\n")
        let events = try lines.map { try JSONDocument(parsing: String($0)).root }
        return Set(events.filter { $0["event"] == "warning" }.compactMap { $0["stage"]?.string })
    }
}
