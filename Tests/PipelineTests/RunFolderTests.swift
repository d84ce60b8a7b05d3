import Foundation
import Glibc
import JSONValues
import Pipeline
import Storage
import Testing

/// What a run does with things that it did not make, and with a store that others use.
@Suite struct RunFolderTests {
    private static let count = #"{"stages": {"count": {"stage": "toy.count"}}}"#

    @Test func `files of the user in outputs stay`() throws {
        let workspace = try Workspace(RunnerTests.chain)
        _ = try workspace.run()
        let outputs = workspace.runFolder + "/outputs"
        try FileSystem.makeFolder(outputs + "/mine/deep")
        try FileSystem.write("mine", to: outputs + "/mine/deep/x")
        try FileSystem.write("mine", to: outputs + "/notes")
        try FileSystem.makeLink(outputs + "/elsewhere", to: "/tmp")
        try workspace.write("p.json", Self.count)
        _ = try workspace.run()
        #expect(try FileSystem.list(outputs) == ["count", "elsewhere", "mine", "notes"])
        #expect(FileSystem.exists(outputs + "/mine/deep/x"))
    }

    /// Moves a folder, or removes it; whether it did.
    private static func take(_ folder: String, to place: String?) -> Bool {
        do {
            if let place { try FileSystem.rename(folder, to: place) } else { try FileSystem.remove(folder) }
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: ["moved", "removed"]) func `a run whose folder goes away ends with an error and makes no other`(
        way: String
    ) throws {
        let workspace = try Workspace(RunnerTests.chain)
        workspace.events.once { [path = workspace.path] event in
            guard case .stageFinished("count", _, _) = event else { return false }
            return Self.take(path + "/runs/p", to: way == "moved" ? path + "/runs/q" : nil)
        }
        let error = try #require(throws: RunFolderError.self) { try workspace.run() }
        #expect(
            workspace.without(path: "\(error)") == """
                'runs/p' was moved or removed while the run wrote to it
                  fix: run again: stages that have finished are reused
                """)
        #expect(try FileSystem.list(workspace.path + "/runs") == (way == "moved" ? ["q"] : []))
        #expect(try workspace.run().reused == ["count"])
    }

    @Test(arguments: ["moved", "removed"], ["sum", "nothing"])
    func `a run whose store goes away fails and makes no other`(way: String, stage: String) throws {
        let workspace = try Workspace(RunnerTests.chain)
        if stage == "nothing" { _ = try workspace.run() }
        workspace.events.once { [path = workspace.path] event in
            switch event {
            case .stageStarted("sum", _, _, _, _, _) where stage == "sum", .stageReused where stage == "nothing": break
            default: return false
            }
            return Self.take(path + "/store", to: way == "moved" ? path + "/elsewhere" : nil)
        }
        let result = try workspace.run()
        #expect(result.state == .failed)
        #expect(result.exitCode == 1)
        let place = stage == "sum" ? "stages.sum ('toy.add'): " : ""
        #expect(
            workspace.without(path: result.failures.joined(separator: "\n")) == """
                p.json: \(place)the store 'store' was moved or removed while it was used
                  fix: move it back, or leave it where it is now and name it with --store; then run again
                """)
        #expect(try FileSystem.list(workspace.path).filter { $0 == "store" } == [])
        #expect(try workspace.json("runs/p/run.json")["state"] == "failed")
    }

    @Test func `outputs that no run made are refused`() throws {
        let workspace = try Workspace(Self.count)
        try FileSystem.makeFolder(workspace.runFolder + "/outputs/count")
        try FileSystem.write("mine", to: workspace.runFolder + "/outputs/count/x")
        #expect(throws: RunFolderError.self) { try workspace.run() }
        #expect(try FileSystem.list(workspace.runFolder) == ["outputs"])
    }

    @Test(arguments: ["outputs", "outputs/count"]) func `links to folders of the user are not followed`(place: String)
        throws
    {
        let workspace = try Workspace(Self.count)
        _ = try workspace.run()
        try FileSystem.makeFolder(workspace.path + "/photos")
        try FileSystem.write("mine", to: workspace.path + "/photos/numbers.txt")
        try FileSystem.remove(workspace.runFolder + "/" + place)
        try FileSystem.makeLink(workspace.runFolder + "/" + place, to: workspace.path + "/photos")
        #expect(throws: RunFolderError.self) { try workspace.run() }
        #expect(try workspace.read("photos/numbers.txt") == "mine")
    }

    enum Loss: CaseIterable { case removed, emptied, cut }

    @Test(arguments: Loss.allCases) func `a run goes on where the record of the one before is lost`(loss: Loss) throws {
        let workspace = try Workspace(RunnerTests.chain)
        _ = try workspace.run()
        let links = try FileSystem.listFiles(below: workspace.runFolder + "/outputs")
        let record = workspace.runFolder + "/run.json"
        switch loss {
        case .removed: try FileSystem.remove(record)
        case .emptied: try FileSystem.write("", to: record)
        case .cut: try FileSystem.write("{\n  \"form", to: record)
        }
        #expect(try workspace.run().executed == [])
        #expect(try workspace.json("runs/p/run.json")["state"] == "finished")
        #expect(try FileSystem.listFiles(below: workspace.runFolder + "/outputs") == links)
    }

    @Test func `an interruption of a run with nothing to do leaves all links`() throws {
        let workspace = try Workspace(RunnerTests.chain)
        _ = try workspace.run()
        let links = try FileSystem.listFiles(below: workspace.runFolder + "/outputs")
        let report = try FileSystem.target(ofLink: workspace.runFolder + "/report.html")
        let cancellation = Cancellation()
        workspace.events.once { event in
            guard case .stageReused = event else { return false }
            cancellation.request()
            return true
        }
        let result = try workspace.run(cancellation: cancellation)
        #expect(result.state == .interrupted)
        #expect(result.reused.count == 1)
        #expect(try FileSystem.listFiles(below: workspace.runFolder + "/outputs") == links)
        #expect(try FileSystem.target(ofLink: workspace.runFolder + "/report.html") == report)
        // And what the record says of results, for prune keeps what it names.
        let stages = try RecordedRun(reading: workspace.runFolder).stages
        #expect(stages.allSatisfy { ($0.json["key"] ?? $0.json["last"]?["key"])?.string != nil })
    }

    @Test func `outputs lead into the store where runs or store are reached through links`() throws {
        let workspace = try Workspace(Self.count)
        try FileSystem.makeFolder(workspace.path + "/far/away/runs")
        try FileSystem.makeFolder(workspace.path + "/far/store")
        try FileSystem.makeLink(workspace.path + "/runs", to: "far/away/runs")
        try FileSystem.makeLink(workspace.path + "/store", to: "far/store")
        _ = try workspace.run()
        #expect(try workspace.read("runs/p/outputs/count/numbers.txt") == "0.5\n1.5\n2.5\n")
        #expect(try workspace.run().executed == [])
    }

    @Test func `instances have folders of their own`() throws {
        let workspace = try Workspace(
            #"{"stages": {"a": {"stage": "toy.trouble", "matrix": {"cure": ["/a/b", "/a_b"]}}}}"#)
        _ = try workspace.run()
        #expect(try FileSystem.list(workspace.runFolder + "/outputs") == ["a[cure=%2Fa%2Fb]", "a[cure=%2Fa_b]"])
    }

    @Test func `a result that another process makes is waited for`() throws {
        let workspace = try Workspace(Self.count)
        _ = try workspace.run()
        let key = try #require(try workspace.keys()["count"].flatMap(Digest.init(hex:)))
        let store = try workspace.store()
        try store.setAside(key)
        let lease = try #require(try store.lease(of: key))
        #expect(try store.lease(of: key) == nil)
        let cancellation = Cancellation()
        cancellation.request()
        #expect(try workspace.run(cancellation: cancellation).executed == [])
        lease.release()
        #expect(try workspace.run().executed == ["count"])
        #expect(try FileSystem.list(workspace.path + "/store/leases") == [])
    }

    @Test(.timeLimit(.minutes(2))) func `who waits for a process that gives no sign of life is told what to do`() throws
    {
        let workspace = try Workspace(Self.count)
        _ = try workspace.run()
        let key = try #require(try workspace.keys()["count"].flatMap(Digest.init(hex:)))
        let store = try workspace.store()
        try store.setAside(key)
        let lease = try #require(try store.lease(of: key))
        // This thread only reads its paths meanwhile.
        nonisolated(unsafe) let shared = workspace
        let waiting = Thread { _ = try? shared.run() }
        waiting.start()
        func waitForEvent(with text: String) throws {
            while try !workspace.read("runs/p/events.jsonl").contains(text) { usleep(10_000) }
        }
        try waitForEvent(with: "; waiting for it")
        let longAgo = timeval(tv_sec: 1000, tv_usec: 0)
        utimes(workspace.path + "/store/leases/\(key)", [longAgo, longAgo])
        try waitForEvent(with: "kill -9 \(getpid())")
        lease.release()
        while !waiting.isFinished { usleep(10_000) }
        #expect(try workspace.read("runs/p/outputs/count/numbers.txt") == "0.5\n1.5\n2.5\n")
    }

    @Test func `text of the user cannot act on a terminal`() {
        #expect("a\u{1b}[2J\n\u{202E}b".visible() == "a\\u{1b}[2J\n\\u{202e}b")
        #expect("a\nb".visible(showingLineBreaks: true) == "a\\u{a}b")
        #expect("grün ‖ 猫".visible() == "grün ‖ 猫")
    }
}
