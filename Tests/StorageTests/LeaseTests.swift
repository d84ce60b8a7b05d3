import Foundation
import Glibc
import JSONValues
import Storage
import TestSupport
import Testing

@Suite struct LeaseTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let key = Digest(of: "a key")
    private var path: String { folder.path("store/leases/\(key.hex)") }

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(opening: folder.path("store"))
    }

    /// Who owns a lease that this process took.
    private func owner() throws -> JSONValue {
        let lease = try #require(try store.lease(of: key))
        defer { lease.release() }
        return try JSONDocument(parsing: FileSystem.read(path)).root
    }

    private func leave(_ change: (inout JSONValue) -> Void) throws {
        var owner = try owner()
        change(&owner)
        try FileSystem.write(owner.compactText, to: path)
    }

    @Test func `one has it until it is released`() throws {
        let lease = try #require(try store.lease(of: key))
        #expect(try store.lease(of: key) == nil)
        #expect(try Store(opening: store.path).lease(of: key) == nil)
        #expect(try store.lease(of: Digest(of: "another")) != nil)
        lease.release()
        #expect(!FileSystem.exists(path))
        #expect(try store.lease(of: key) != nil)
    }

    @Test func `that of a killed process is taken over, that of a living one is not`() throws {
        let process = try Worker.holding(key, in: store.path)
        #expect(try store.lease(of: key) == nil)
        setTime(of: path, to: 1_000_000)
        #expect(try store.lease(of: key) == nil)
        kill(process.processIdentifier, SIGKILL)
        // Taken over also while the killed one is a zombie that nobody has waited for.
        let deadline = ContinuousClock.now + .seconds(10)
        var lease = try store.lease(of: key)
        while lease == nil, ContinuousClock.now < deadline {
            usleep(1000)
            lease = try store.lease(of: key)
        }
        #expect(lease != nil)
        process.waitUntilExit()
        #expect(try store.removeLeftovers().temporaryFolders == 1)
    }

    @Test(.enabled(if: !FileSystem.isShared(NSTemporaryDirectory())))
    func `on a local disk that of an earlier start of the machine is taken over`() throws {
        try leave { $0["boot"] = "x" }
        #expect(try store.lease(of: key) != nil)
    }

    @Test func `what is known of a process depends on where it left its identity`() throws {
        func life(_ changes: JSONObject, isShared: Bool) throws -> ProcessIdentity.Life {
            var json = ProcessIdentity.current.json
            for (name, value) in changes { json[name] = value }
            return try #require(ProcessIdentity(json: .object(json))).life(onSharedDisk: isShared)
        }
        for isShared in [false, true] {
            #expect(try life([:], isShared: isShared) == .alive)
            #expect(try life(["process": 999_999_999], isShared: isShared) == .dead)
            #expect(try life(["started": "1"], isShared: isShared) == .dead)
            #expect(try life(["namespace": "x", "process": 999_999_999], isShared: isShared) == .unknown)
            #expect(try life(["host": "x", "boot": "x"], isShared: isShared) == .unknown)
        }
        #expect(try life(["boot": "x"], isShared: false) == .dead)
        // It may be another machine of the same name.
        #expect(try life(["boot": "x"], isShared: true) == .unknown)
    }

    @Test func `who waits is told for whom, and what to do where that one gives no sign of life`() throws {
        #expect(store.holder(ofLeaseOf: key) == nil)
        let process = try Worker.holding(key, in: store.path)
        let number = process.processIdentifier
        var holder = try #require(store.holder(ofLeaseOf: key))
        let host = try #require(ProcessIdentity.current.json["host"]?.string)
        #expect("\(holder)" == "process \(number) on '\(host)'")
        #expect(holder.trouble == nil)
        setTime(of: path, to: Int(Date().timeIntervalSince1970) - 185)
        holder = try #require(store.holder(ofLeaseOf: key))
        #expect(
            holder.trouble
                == "process \(number) on '\(host)' has given no sign of life for 3 minutes; "
                + "where it hangs, end it with 'kill -9 \(number)'")
        #expect(try store.lease(of: key) == nil)
        kill(number, SIGKILL)
        process.waitUntilExit()

        _ = try #require(try store.lease(of: key)).release()
        try leave { $0["host"] = "elsewhere" }
        setTime(of: path, to: Int(Date().timeIntervalSince1970) - 185)
        #expect(store.holder(ofLeaseOf: key)?.trouble?.hasSuffix("; after ten its work is taken over") == true)
    }

    @Test func `that of a recycled process number is taken over`() throws {
        try leave { $0["started"] = "1" }
        #expect(try store.lease(of: key) != nil)
    }

    @Test(arguments: ["host", "namespace"])
    func `that of a process that cannot be seen lasts ten minutes without renewal`(part: String) throws {
        try leave { $0[part] = "elsewhere" }
        setTime(of: path, to: Int(Date().timeIntervalSince1970) - 500)
        #expect(try store.lease(of: key) == nil)
        setTime(of: path, to: Int(Date().timeIntervalSince1970) - 700)
        #expect(try store.lease(of: key) != nil)
    }

    @Test func `one that was taken over is not released by its former owner`() throws {
        let lease = try #require(try store.lease(of: key))
        try FileSystem.remove(path)
        try FileSystem.write("another's", to: path)
        lease.release()
        #expect(try FileSystem.read(path) == Array("another's".utf8))
    }

    @Test func `stale ones are leftovers, half written ones when they are old`() throws {
        try leave { $0["started"] = "1" }
        try FileSystem.write("{", to: path + "0")
        let other = folder.path("store/leases/\(Digest(of: "half").hex)")
        try FileSystem.write("{", to: other)
        #expect(try store.removeLeftovers().leases == 1)
        setTime(of: other, to: 1_000_000)
        setTime(of: path + "0", to: 1_000_000)
        #expect(try store.removeLeftovers().leases == 2)
        #expect(try FileSystem.list(folder.path("store/leases")) == [])
    }

    /// Links do not lead from one file system to another.
    @Test(.enabled(if: FileSystem.isFolder("/dev/shm")))
    func `where files have one name only they are files of their own`()
        throws
    {
        let elsewhere = "/dev/shm/convscope-test-\(UUID().uuidString)"
        try FileSystem.makeFolder(elsewhere)
        defer { try? FileSystem.remove(elsewhere) }
        try FileSystem.remove(folder.path("store/leases"))
        try FileSystem.makeLink(folder.path("store/leases"), to: elsewhere)
        let process = try Worker.holding(key, in: store.path)
        #expect(try store.lease(of: key) == nil)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let lease = try #require(try store.lease(of: key))
        #expect(try store.lease(of: key) == nil)
        lease.release()
        #expect(try FileSystem.list(elsewhere) == [])
    }

    @Test func `of processes that race each object is made by one`() throws {
        let workers = try (0..<8).map { _ in try Worker.start("make", store.path, "150") }
        let outcomes = workers.map(Worker.end)
        #expect(outcomes.allSatisfy { $0.status == 0 })
        #expect(outcomes.reduce(0) { $0 + (Int($1.output) ?? 0) } == 150)
        #expect(try store.verify().damages.isEmpty)
        #expect(try store.keys().count == 150)
        #expect(try FileSystem.list(folder.path("store/leases")) == [])
    }
}
