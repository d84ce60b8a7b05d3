import Storage
import Testing

/// Every situation in which the suites kill a process and starve it.
enum Situation: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case fresh = "a run"
    case sideBySide = "a run with --jobs 2"
    case finished = "a run with nothing to do"
    case changed = "a run after a change"
    case prune = "cache prune"
    case verify = "cache verify"

    var testDescription: String { rawValue }
}

/// A situation made ready: copied for each case, then disturbed.
struct Setting: Sendable {
    /// What there is before.
    let before: Scene
    let work: Work
    /// What brings everything in order after the disturbance.
    let repair: [Work]
    let expected: Undisturbed
    /// Calls of the system that the work takes.
    let calls: Int

    init(_ situation: Situation, in sweep: Sweep) throws {
        before = try sweep.scene("before")
        let file = try before.write()
        var work = Work.run(file)
        switch situation {
        case .fresh:
            expected = try Undisturbed(file, in: sweep.scene("undisturbed"))
        case .sideBySide:
            work = .run(file, jobs: 2)
            expected = try Undisturbed(file, in: sweep.scene("undisturbed"), jobs: 2)
        case .finished:
            expected = try Undisturbed(file, in: before)
        case .changed:
            _ = try Undisturbed(file, in: before)
            let changed = try before.write(root: "other", leaf: "other")
            work = .run(changed)
            let scene = try sweep.scene("undisturbed")
            try before.copy(to: scene)
            expected = try Undisturbed(changed, in: scene)
        case .prune, .verify:
            expected = try Undisturbed(file, in: before)
            if situation == .prune {
                // Results that no run folder names any more.
                let other = try before.write(root: "other", leaf: "other")
                guard try before.perform(.run(other, runs: "gone")).isDone else { throw Complaint("no other run") }
                try FileSystem.remove(before.path + "/gone")
            }
            work = .cache(situation == .prune ? ["prune", "--older-than", "0s"] : ["verify"])
        }
        self.work = work
        switch work {
        case .run: repair = [work]
        case .cache: repair = [work, .run(file)]
        }
        let counted = try sweep.scene("counted")
        try before.copy(to: counted)
        calls = try counted.countCalls(of: work)
    }

    /// Brings a disturbed scene in order, without any help, and demands that nothing is missing, wrong or left.
    func requireRecovery(of scene: Scene) throws {
        for work in repair {
            let outcome = try scene.perform(work)
            guard outcome.isDone else { throw Complaint("afterwards \(outcome.ending): \(outcome.output)") }
            if case .run = work { try expected.require(scene, after: outcome) }
        }
        try scene.requireNobodyWaited()
    }
}
