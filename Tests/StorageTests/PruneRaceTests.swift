import Foundation
import Glibc
import Storage
import TestSupport
import Testing

/// Pruning beside processes that use the same results.
@Suite struct PruneRaceTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let count = 20

    init() throws {
        folder = try TemporaryFolder()
        #expect(try Worker.make(count, in: folder.path("store")).status == 0)
        store = try Store(opening: folder.path("store"))
    }

    private func object(_ number: Int) throws -> StoredObject {
        guard case .present(let object) = store.find(Digest(of: "object \(number)")) else {
            throw FileSystemError.missing("\(number)")
        }
        return object
    }

    /// As if nobody had used the results for days.
    private func age() throws {
        try FileSystem.remove(store.path + "/uses")
        for number in 0..<count {
            guard let object = try? object(number) else { continue }
            setTime(of: object.folder, to: Int(Date().timeIntervalSince1970) - 86_400)
        }
    }

    @Test func `pruning all the time hurts nobody`() throws {
        let workers = try (0..<4).map { _ in try Worker.start("make", store.path, "300") }
        while workers.contains(where: { $0.0.isRunning }) { _ = try store.prune(PruneRequest(age: 0, size: 0)) }
        for worker in workers { #expect(Worker.end(worker).status == 0) }
        #expect(try store.verify().damages.isEmpty)
        _ = try store.prune(PruneRequest())
        #expect(try FileSystem.list(folder.path("store/leases")) == [])
        #expect(try FileSystem.list(folder.path("store/temporary")).count == 1)
    }

    /// What is held is never away, and what an ended run's folder names stays; what is gone is made again.
    @Test func `results that were used a moment ago are not pruned`() throws {
        for round in 0..<4 {
            try age()
            let worker = try Worker.start("use", store.path, "\(count)", folder.path("runs/\(round)"))
            while worker.0.isRunning { _ = try store.prune(PruneRequest(age: 60)) }
            let outcome = Worker.end(worker)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(try store.prune(PruneRequest(age: 0)).kept == count)
            try FileSystem.remove(folder.path("runs/\(round)"))
        }
    }

    @Test func `who wants a condemned result waits for the verdict`() throws {
        let object = try object(3)
        let process = try Worker.holding(Digest(of: "object 100"), in: store.path)
        let session = try #require(
            try FileSystem.list(store.path + "/temporary").first { $0.contains("-\(process.processIdentifier)-") })
        let list = "\(store.path)/temporary/\(session)/condemned"
        try FileSystem.write("\(object.manifest.key)\n", to: list)
        #expect(store.hold([try self.object(4)]))
        let pruning = Thread {
            usleep(200_000)
            try? FileSystem.remove(object.folder)
            try? FileSystem.remove(list)
        }
        pruning.start()
        #expect(!store.hold([object]))
        #expect(!FileSystem.exists(list))

        // A killed process takes nothing away.
        try FileSystem.write("\(try self.object(4).manifest.key)\n", to: list)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let start = ContinuousClock.now
        #expect(store.hold([try self.object(4)]))
        #expect(ContinuousClock.now - start < .seconds(4))
    }

    @Test func `what is used stays also where that cannot be written down`() throws {
        try age()
        let other = try Store(opening: store.path)
        try other.beginSession()
        // As on a full disk.
        try FileSystem.remove(store.path + "/uses")
        try FileSystem.write("", to: store.path + "/uses")
        #expect(other.hold([try object(3)]))
        _ = try store.prune(PruneRequest(age: 60))
        #expect(try store.keys() == [Digest(of: "object 3")])
        other.endSession()
    }
}
