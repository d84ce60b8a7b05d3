import Foundation
import Glibc
import Storage
import TestSupport
import Testing

@Suite struct PruneTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let count = 20

    init() throws {
        folder = try TemporaryFolder()
        #expect(try Worker.make(count, in: folder.path("store")).status == 0)
        store = try Store(opening: folder.path("store"))
    }

    private func key(_ number: Int) -> Digest { Digest(of: "object \(number)") }

    private func object(_ number: Int) throws -> StoredObject {
        guard case .present(let object) = store.find(key(number)) else { throw FileSystemError.missing("\(number)") }
        return object
    }

    /// As if these had been made days ago.
    private func age(_ numbers: Range<Int>, days: Int) throws {
        for number in numbers {
            setTime(of: try object(number).folder, to: Int(Date().timeIntervalSince1970) - days * 86_400)
        }
    }

    @Test func `what was not used for long goes`() throws {
        try age(0..<8, days: 40)
        try age(8..<12, days: 20)
        store.markUsed(try object(3))
        let rehearsal = try store.prune(PruneRequest(age: 30 * 86_400, isRehearsal: true))
        #expect(Set(rehearsal.removed) == Set([0, 1, 2, 4, 5, 6, 7].map(key)))
        #expect(try store.keys().count == count)
        let result = try store.prune(PruneRequest(age: 30 * 86_400))
        #expect(Set(result.removed) == Set(rehearsal.removed))
        #expect(result.removedBytes == rehearsal.removedBytes)
        #expect(result.kept == 13)
        #expect(Set(try store.keys()) == Set(([3] + Array(8..<count)).map(key)))
        #expect(try store.verify().damages.isEmpty)
    }

    @Test func `a rehearsal writes nothing`() throws {
        try age(0..<8, days: 40)
        func contents() throws -> [String] {
            try FileSystem.listFiles(below: store.path).map { file in
                "\(file) \(try FileSystem.status(of: store.path + "/" + file)!)"
            } + (try FileSystem.list(store.path + "/temporary"))
        }
        let before = try contents()
        #expect(try store.prune(PruneRequest(age: 30 * 86_400, isRehearsal: true)).removed.count == 8)
        #expect(try contents() == before)
    }

    @Test func `what was used longest ago goes until the rest fits`() throws {
        for number in 0..<count { try age(number..<number + 1, days: 100 - number) }
        let bytes = try (15..<count).reduce(0) { try $0 + object($1).manifest.files[0].size }
        let result = try store.prune(PruneRequest(size: bytes))
        #expect(Set(try store.keys()) == Set((15..<count).map(key)))
        #expect(result.keptBytes == bytes)
        #expect(try store.prune(PruneRequest(size: 0)).kept == 0)
    }

    @Test func `what an existing run folder names stays`() throws {
        let run = folder.path("runs/a")
        try FileSystem.makeFolder(run)
        try FileSystem.write(
            """
            {"stages": {"x": {"key": "\(key(1))"}, "y": {"state": "failed", "last": {"key": "\(key(2))"}}}}
            """, to: run + "/run.json")
        try store.addRoot(run)
        try store.addRoot(folder.path("runs/gone"))
        #expect(try store.prune(PruneRequest(age: 0)).goneRunFolders == [folder.path("runs/gone")])
        #expect(Set(try store.keys()) == Set([key(1), key(2)]))
        try FileSystem.remove(run)
        #expect(try store.prune(PruneRequest(age: 0)).kept == 0)
    }

    /// A run folder that is known to the store, with a record that names one result.
    private func addRun(_ name: String, _ number: Int) throws -> String {
        let run = folder.path("runs/" + name)
        try FileSystem.makeFolder(run)
        try FileSystem.write(#"{"stages": {"x": {"key": "\#(key(number))"}}}"#, to: run + "/run.json")
        try store.addRoot(run)
        return run
    }

    @Test(arguments: ["", "{", nil]) func `where the record of a run folder cannot be read its links tell`(
        record: String?
    )
        throws
    {
        let run = try addRun("a", 5)
        try FileSystem.makeFolder(run + "/outputs/x")
        let target = Paths.relative(try object(1).folder + "/numbers.txt", from: run + "/outputs/x")
        try FileSystem.makeLink(run + "/outputs/x/numbers.txt", to: target)
        try FileSystem.makeLink(run + "/outputs/x/mine", to: "/usr")
        if let record {
            try FileSystem.write(record, to: run + "/run.json")
        } else {
            try FileSystem.remove(run + "/run.json")
        }
        #expect(try store.prune(PruneRequest(age: 0)).goneRunFolders == [])
        #expect(try store.keys() == [key(1)])
    }

    @Test func `a run folder that was renamed keeps its results`() throws {
        try FileSystem.rename(addRun("a", 3), to: folder.path("runs/the good one"))
        for isRehearsal in [true, false] {
            let result = try store.prune(PruneRequest(age: 0, isRehearsal: isRehearsal))
            #expect(result.goneRunFolders == [folder.path("runs/a")])
            #expect(result.kept == 1)
        }
        #expect(try store.prune(PruneRequest(age: 0)).goneRunFolders == [])
        #expect(try store.keys() == [key(3)])
    }

    @Test func `where store and run folders are moved together they keep theirs`() throws {
        _ = try addRun("a", 3)
        store.endSession()
        try FileSystem.makeFolder(folder.path("moved"))
        for name in ["store", "runs"] { try FileSystem.rename(folder.path(name), to: folder.path("moved/" + name)) }
        let moved = try Store(opening: folder.path("moved/store"))
        #expect(try moved.prune(PruneRequest(age: 0)).goneRunFolders == [])
        #expect(try moved.keys() == [key(3)])
    }

    @Test func `a note of a run folder that a power failure emptied is written again`() throws {
        let run = try addRun("a", 3)
        let note = folder.path("store/roots/" + Digest(of: run).hex)
        try FileSystem.write("", to: note)
        try store.addRoot(run)
        #expect(try store.prune(PruneRequest(age: 0)).kept == 1)
    }

    @Test func `what a process that is at work has used stays, and what it makes`() throws {
        try age(0..<count, days: 40)
        let other = try Worker.holding(Digest(of: "object 100"), in: store.path)
        store.markUsed(try object(3))
        _ = try store.prune(PruneRequest(age: 0))
        #expect(try store.keys() == [key(3)])
        #expect(try FileSystem.list(folder.path("store/leases")).count == 1)
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        let result = try store.prune(PruneRequest(age: 0))
        #expect(result.leftovers.temporaryFolders == 1)
        #expect(result.leftovers.leases == 1)
        #expect(try store.keys() == [])
    }

    @Test func `leftovers go whatever is asked for`() throws {
        let old = store.checkpointFolder(of: key(100))
        let new = store.checkpointFolder(of: key(101))
        for folder in [old, new] {
            try FileSystem.makeFolder(folder)
            try FileSystem.write("x", to: folder + "/state")
        }
        setTime(of: old + "/state", to: 1_000_000)
        setTime(of: old, to: 1_000_000)
        for name in ["a", "b"] {
            try FileSystem.write(name, to: folder.path(name))
            setTime(of: folder.path(name), to: 1_000_000)
            _ = try store.digest(ofExternalFile: folder.path(name))
        }
        try FileSystem.remove(folder.path("b"))
        let summary = try store.summary()
        #expect(summary.objects == count)
        #expect(summary.kinds.map(\.stage) == ["toy"])
        #expect(summary.rememberedDigests == 2)
        let leftovers = try store.prune(PruneRequest()).leftovers
        #expect(leftovers.checkpoints == 1)
        #expect(leftovers.rememberedDigests == 1)
        #expect(!FileSystem.exists(old) && FileSystem.exists(new))
        #expect(try store.summary().rememberedDigests == 1)
        #expect(try store.keys().count == count)
    }
}
