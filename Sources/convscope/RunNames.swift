import JSONValues
import Pipeline
import Storage

/// Runs as a command line names them.
extension RunsOptions {
    /// A run folder or `run.json`, or the name of a run folder below ``runs``.
    func run(named name: String) throws -> RecordedRun {
        if FileSystem.exists(name) { return try RecordedRun(reading: name) }
        let below = runs + "/" + name
        guard FileSystem.exists(below) else {
            let nearest = nearestName(to: name, in: try recorded().map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure(
                "there is no run '\(name)'\(nearest)\n  fix: name a run folder, or a run below '\(runs)'",
                code: ExitStatus.wrongInput)
        }
        return try RecordedRun(reading: below)
    }

    /// The run that wrote its record last.
    func newestRun() throws -> RecordedRun {
        guard let newest = try recorded().max(by: { $0.modified < $1.modified }) else {
            throw CommandFailure(
                "there is no run in '\(runs)'\n  fix: run a pipeline, or name the folder of its runs with --runs",
                code: ExitStatus.wrongInput)
        }
        return try RecordedRun(reading: runs + "/" + newest.name)
    }

    /// Run folders and when their records changed.
    private func recorded() throws -> [(name: String, modified: Int)] {
        let names: [String]
        do throws(FileSystemError) {
            names = try FileSystem.list(runs)
        } catch {
            throw CommandFailure(place: "folder of runs", cannotBe: "read", error, option: "--runs")
        }
        return try names.compactMap { name in
            try FileSystem.status(of: "\(runs)/\(name)/run.json").map { (name, $0.modified) }
        }
    }
}
