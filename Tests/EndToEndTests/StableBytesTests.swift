import Foundation
import Testing

/// Equal work gives equal bytes, whatever happens on the way.
@Suite struct StableBytesTests {
    /// The whole road in a new workspace with its own store.
    private func road(_ options: String...) throws -> StoreContents {
        let workspace = try Workspace(withPipelines: ())
        try workspace.runPipeline(Quickstart.file, Quickstart.small + options)
        return try StoreContents(workspace)
    }

    private func undisturbed() throws -> StoreContents { try StoreContents(Quickstart.finished().workspace) }

    @Test func `two stores hold the same bytes`() throws {
        let (first, second) = (try undisturbed(), try road())
        #expect(first.files.count > 80)
        #expect(second.differences(from: first) == [])
    }

    @Test(arguments: ["1", "3"]) func `the number of threads changes no byte`(threads: String) throws {
        #expect(try road("--threads", threads).differences(from: undisturbed()) == [])
    }

    @Test func `a road that is killed again and again ends with the same bytes`() throws {
        let workspace = try Workspace(withPipelines: ())
        for step in 1...6 {
            let process = try Program.start(["run", Quickstart.file] + Quickstart.small, in: workspace.url)
            usleep(useconds_t(step * 90_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try workspace.runPipeline(Quickstart.file, Quickstart.small)
        try workspace.expectSoundStore()
        #expect(try StoreContents(workspace).differences(from: undisturbed()) == [])
    }

    @Test func `two runs at once share a store and do no harm`() throws {
        let workspace = try Workspace(withPipelines: ())
        let processes = try ["first", "second"].map { runs in
            try Program.start(["run", Quickstart.file, "--runs", runs] + Quickstart.small, in: workspace.url)
        }
        for process in processes {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        try workspace.expectSoundStore()
        #expect(try StoreContents(workspace).differences(from: undisturbed()) == [])
        #expect(
            try workspace.read("first/quickstart/report.html") == workspace.read("second/quickstart/report.html"))
    }
}
