import Foundation
import Glibc
import JSONValues
import Storage

/// A store, a folder of run folders and pipeline files, and the programs that work with them.
///
/// In memory where the system has such a folder: the suites flush many thousand files, and what is at stake here is the
/// order of calls, not the disk.
struct Scene: Sendable {
    let path: String

    var store: String { path + "/store" }
    var runs: String { path + "/runs" }

    // MARK: - Pipelines

    /// Writes a pipeline of the shape `mixed` or `layers`; the run folder has the same name for any root and leaf.
    func write(_ shape: String = "mixed", count: Int = 20, root: String = "root", leaf: String = "leaf") throws
        -> String
    {
        let file = "\(path)/\(root)-\(leaf).json"
        let arguments = ["make", shape, "\(count)", file, "--root", root, "--leaf", leaf]
        let outcome = try Child("runner-benchmark", arguments, outputFile: file + ".out").end()
        guard outcome.isDone else { throw Complaint("no pipeline was written: \(outcome)") }
        return file
    }

    // MARK: - Programs

    func start(_ work: Work, faults: String? = nil, countFile: String? = nil, name: String = "output") throws -> Child {
        try Child(
            work.program, work.arguments(self), faults: faults, countFile: countFile, outputFile: "\(path)/\(name).out")
    }

    func perform(_ work: Work, faults: String? = nil) throws -> Child.Outcome { try start(work, faults: faults).end() }

    /// How many calls of the system the work takes.
    func countCalls(of work: Work) throws -> Int {
        let file = path + "/count"
        let outcome = try start(work, faults: "count", countFile: file).end()
        let text = try String(contentsOfFile: file, encoding: .utf8)
        guard outcome.isDone, let count = Int(text.prefix { $0 != "\n" }) else { throw Complaint("\(outcome)") }
        return count
    }

    // MARK: - Copies

    /// A scene of its own with the same content. Objects are the same files, as the index of a store expects them; all
    /// else is copied.
    func copy(to other: Scene) throws {
        for file in try FileSystem.listFiles(below: path) where file.hasPrefix("store/") || file.hasPrefix("runs/") {
            let (source, target) = ("\(path)/\(file)", "\(other.path)/\(file)")
            try FileSystem.makeFolder(String(target[..<target.lastIndex(of: "/")!]))
            if let place = try FileSystem.target(ofLink: source) {
                try FileSystem.makeLink(target, to: place)
            } else if file.hasPrefix("store/objects/") {
                guard link(source, target) == 0 else { throw Complaint("'\(source)' cannot be linked") }
            } else {
                try FileSystem.copy(source, to: target)
            }
        }
    }
}

/// What a program does in a scene.
enum Work: Sendable {
    /// Runs a pipeline of stages that cost nothing.
    case run(String, jobs: Int = 1, runs: String = "runs")
    /// `convscope cache …`
    case cache([String])

    var program: String {
        switch self {
        case .run: "runner-benchmark"
        case .cache: "convscope"
        }
    }

    func arguments(_ scene: Scene) -> [String] {
        switch self {
        case .run(let file, let jobs, let runs):
            ["run", file, "--store", scene.store, "--runs", "\(scene.path)/\(runs)", "--jobs", "\(jobs)"]
        case .cache(let words): ["cache"] + words + ["--store", scene.store]
        }
    }
}

/// Something that is not as it must be.
struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
