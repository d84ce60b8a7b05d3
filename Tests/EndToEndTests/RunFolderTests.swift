import Foundation
import JSONValues
import Testing

/// What the small quickstart leaves in its run folder.
@Suite struct RunFolderTests {
    private let quickstart: Quickstart
    private var workspace: Workspace { quickstart.workspace }

    init() throws { quickstart = try Quickstart.finished() }

    @Test func `every stage runs, in an order that its inputs allow`() throws {
        #expect(Set(quickstart.report.executed) == Set(Quickstart.stages))
        #expect(quickstart.report.reused == [])
        let places = Dictionary(
            uniqueKeysWithValues: quickstart.report.executed.enumerated().map { ($1, $0) })
        for (name, stage) in try #require(quickstart.record["pipeline"]?["stages"]?.object) {
            for (_, input) in stage["inputs"]?.object ?? [:] {
                for source in input.array ?? [input] {
                    let upstream = String(try #require(source.string).prefix { $0 != "." })
                    #expect(try #require(places[upstream]) < #require(places[name]))
                }
            }
        }
    }

    @Test func `run.json says what ran, when and where, with digests that match the files`() throws {
        let record = quickstart.record
        #expect(record["name"] == "quickstart")
        #expect(record["state"] == "finished")
        for key in ["started", "ended", "host", "system", "convscope_version", "store", "file"] {
            #expect(record[key]?.string?.isEmpty == false, "\(key)")
        }
        #expect(record["pipeline"]?["stages"]?["train"]?["parameters"]?["count"] == 240)
        #expect(record["pipeline"]?["stages"]?["rank"]?["parameters"]?["layer"] == "block2.0")
        let stages = try #require(record["stages"]?.object)
        #expect(stages.keys == Quickstart.stages)
        var expected: [String: String] = [:]
        for (name, stage) in stages {
            #expect(stage["state"] == "finished", "\(name)")
            #expect(stage["key"]?.string?.count == 64, "\(name)")
            #expect(try #require(stage["seconds"]?.double) >= 0, "\(name)")
            // The program alone is larger than a megabyte.
            #expect(try #require(stage["peak_memory"]?.int) > 1_000_000, "\(name)")
            for (_, output) in try #require(stage["outputs"]?.object) {
                for file in try #require(output["files"]?.array) {
                    let path = "runs/quickstart/" + (try #require(file["path"]?.string))
                    expected[path] = file["sha256"]?.string
                    #expect(try workspace.read(path).count == file["size"]?.int, "\(path)")
                }
            }
        }
        #expect(try workspace.digests(of: expected.keys.sorted()) == expected)
        #expect(expected.keys.contains("runs/quickstart/outputs/activations/activations.h5"))
    }

    @Test func `outputs are links into the store, and nothing else`() throws {
        let manager = FileManager.default
        let store = workspace.url.resolvingSymlinksInPath().appendingPathComponent(".convscope/objects").path
        let folder = workspace.path("runs/quickstart/outputs")
        #expect(try Set(manager.contentsOfDirectory(atPath: folder)) == Set(Quickstart.stages))
        var links = ["\(workspace.path("runs/quickstart"))/report.html"]
        for stage in Quickstart.stages {
            links += try manager.contentsOfDirectory(atPath: "\(folder)/\(stage)").map { "\(folder)/\(stage)/\($0)" }
        }
        for link in links {
            // Relative, so that a folder of runs and store can be moved as a whole.
            #expect(try manager.destinationOfSymbolicLink(atPath: link).hasPrefix("../"), "\(link)")
            let target = URL(fileURLWithPath: link).resolvingSymlinksInPath().path
            #expect(target.hasPrefix(store), "\(link)")
            #expect(manager.fileExists(atPath: target), "\(link)")
        }
        try workspace.expectSoundStore()
    }

    @Test func `events.jsonl has one JSON object a line, from the start of the run to its end`() throws {
        let text = try workspace.text("runs/quickstart/events.jsonl")
        #expect(text.hasSuffix("}\n"))
        let events = try text.split(separator: "\n").map { try JSONDocument(parsing: String($0)).root }
        let times = events.compactMap { $0["time"]?.string }
        #expect(times.count == events.count)
        #expect(times == times.sorted())
        #expect(events.first?["event"] == "run-started")
        #expect(events.last?["event"] == "run-ended")
        #expect(events.last?["state"] == "finished")
        func stages(_ event: String) -> [String] {
            events.filter { $0["event"]?.string == event }.compactMap { $0["stage"]?.string }
        }
        #expect(stages("stage-started") == quickstart.report.executed)
        #expect(stages("stage-finished") == quickstart.report.executed)
        #expect(stages("stage-failed") == [])
        #expect(stages("metric").contains("check"))
    }

    @Test func `every stage has a log of its own`() throws {
        #expect(
            try workspace.files(below: "runs/quickstart/logs") == Quickstart.stages.map { $0 + ".log" }.sorted())
        for stage in Quickstart.stages {
            let lines = try workspace.text("runs/quickstart/logs/\(stage).log").split(separator: "\n")
            #expect(lines.first?.contains(" \(stage) ('") == true, "\(stage)")
            #expect(lines.last?.contains(" finished in ") == true, "\(stage)")
        }
        #expect(try workspace.text("runs/quickstart/logs/cnn.log").contains(" epoch 2: loss "))
    }

    @Test func `the report is one file that needs no other and runs no script`() throws {
        let page = try workspace.text("runs/quickstart/report.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
        #expect(page.contains("</html>"))
        for title in ["quickstart", "Confusion matrix", "Filter 3 of block2.0", "Training of "] {
            #expect(page.contains(title), "\(title)")
        }
        #expect(!page.contains("<script"))
        for reference in page.matches(of: /(?:src|href)="([^"]*)"/) {
            let target = reference.output.1
            #expect(target.hasPrefix("data:") || target.hasPrefix("#"), "\(target.prefix(80))")
        }
        // Samples, curves, confusion matrix, maps, filters, four scatter plots, kernels, maximized images.
        #expect(page.matches(of: /src="data:image\/png;base64,/).count > 20)
    }

    @Test func `running again executes nothing`() throws {
        let again = try workspace.runPipeline(Quickstart.file, Quickstart.small + ["--runs", "again"])
        #expect(again.executed == [])
        #expect(Set(again.reused) == Set(Quickstart.stages))
        #expect(try workspace.read("again/quickstart/report.html") == workspace.read("runs/quickstart/report.html"))
    }
}
