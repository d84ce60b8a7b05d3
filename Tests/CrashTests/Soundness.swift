import Foundation
import JSONValues
import Storage

/// What a pipeline leaves: the bytes behind every link of its run folder, by path below `outputs`.
typealias Outputs = [String: [UInt8]]

extension Scene {
    /// The one run folder's outputs, read through its links.
    func outputs(in runs: String = "runs") throws -> Outputs {
        let folder = try runFolder(in: runs) + "/outputs"
        var outputs: Outputs = [:]
        for file in try FileSystem.listFiles(below: folder) { outputs[file] = try FileSystem.read(folder + "/" + file) }
        return outputs
    }

    private func runFolder(in runs: String) throws -> String {
        let names = try FileSystem.list("\(path)/\(runs)")
        guard names.count == 1 else { throw Complaint("run folders: \(names)") }
        return "\(path)/\(runs)/\(names[0])"
    }

    /// The files of every object by path; of manifests what is not about time and place.
    func objects() throws -> Outputs {
        var objects: Outputs = [:]
        for name in try FileSystem.listFiles(below: store + "/objects") {
            let bytes = try FileSystem.read("\(store)/objects/\(name)")
            objects[name] = bytes
            guard name.hasSuffix("/manifest.json") else { continue }
            var manifest = try JSONDocument(parsing: bytes).root.object ?? [:]
            (manifest["record"], manifest["checksum"]) = (nil, nil)
            objects[name] = Array(JSONValue.object(manifest).canonicalText.utf8)
        }
        return objects
    }

    /// Demands that a run that said it is done left everything, and the right thing.
    func requireOutputs(_ expected: Outputs, after outcome: Child.Outcome, in runs: String = "runs") throws {
        guard outcome.isDone else { throw Complaint("ended with \(outcome.ending): \(outcome.output)") }
        let found = try outputs(in: runs)
        let differing = Set(expected.keys).union(found.keys).filter { expected[$0] != found[$0] }.sorted()
        if !differing.isEmpty { throw Complaint("outputs differ: \(differing.prefix(3)), \(differing.count) in all") }
        let record = try JSONDocument(parsing: FileSystem.read(runFolder(in: runs) + "/run.json")).root
        guard record["state"]?.string == "finished", let stages = record["stages"]?.object else {
            throw Complaint("run.json says '\(record["state"]?.string ?? "nothing")'")
        }
        for (name, stage) in stages {
            guard ["finished", "reused"].contains(stage["state"]?.string), stage["key"] != nil, stage["outputs"] != nil
            else { throw Complaint("run.json does not say what '\(name)' left") }
        }
        let report = try Report(outcome)
        guard report.executed + report.reused == stages.count else {
            throw Complaint("\(stages.count) stages, but \(report)")
        }
    }

    /// Demands that the store holds these objects and no others.
    func requireObjects(_ expected: Outputs) throws {
        let found = try objects()
        let differing = Set(expected.keys).union(found.keys).filter { expected[$0] != found[$0] }.sorted()
        if !differing.isEmpty { throw Complaint("objects differ: \(differing.prefix(3)), \(differing.count) in all") }
    }

    /// Demands that nothing is left of unfinished work: what it was made in, leases, checkpoints, half-replaced files.
    func requireCleanness() throws {
        for folder in ["temporary", "leases", "checkpoints"] {
            let names = try FileSystem.list("\(store)/\(folder)")
            if !names.isEmpty { throw Complaint("left in \(folder): \(names)") }
        }
        let half = try FileSystem.listFiles(below: path).filter { $0.hasSuffix(".new") }
        if !half.isEmpty { throw Complaint("left behind: \(half)") }
    }

    /// Demands that no stage waited for another process. What a killed one had is free.
    func requireNobodyWaited() throws {
        let events = String(decoding: try FileSystem.read(try runFolder(in: "runs") + "/events.jsonl"), as: UTF8.self)
        if events.contains("; waiting for it") { throw Complaint("a stage waited for a process that was killed") }
    }

    /// Demands that no object differs from what its manifest says.
    func requireWholeStore() throws {
        let outcome = try perform(.cache(["verify"]))
        if !outcome.isDone { throw Complaint("cache verify: \(outcome.output)") }
    }
}

/// What `runner-benchmark run` prints.
struct Report: CustomStringConvertible {
    let executed: Int
    let reused: Int

    init(_ outcome: Child.Outcome) throws {
        let line = outcome.output.split(separator: "\n").last { $0.hasPrefix("{") } ?? ""
        let json = try? JSONDocument(parsing: String(line)).root
        guard let executed = json?["executed"]?.int, let reused = json?["reused"]?.int else {
            throw Complaint("no report: \(outcome.output)")
        }
        (self.executed, self.reused) = (executed, reused)
    }

    var description: String { "\(executed) executed and \(reused) reused" }
}
