import Glibc
import Testing

/// A process killed at every single call of the system that it makes.
@Suite(.serialized) struct CrashTests {
    @Test(arguments: Situation.allCases) func `after a kill at any call the next run brings everything in order`(
        situation: Situation
    ) throws {
        let sweep = try Sweep()
        let setting = try Setting(situation, in: sweep)
        // The default test run tries every call of a run, and every fifth elsewhere.
        let stride = Sweep.isFull || situation == .fresh ? 1 : 5
        let faults = Fault.at("kill", calls: setting.calls, every: stride)
        sweep("killed at \(faults.count) of \(setting.calls) calls of \(situation.rawValue)", faults) { fault, scene in
            try setting.before.copy(to: scene)
            let outcome = try scene.perform(setting.work, faults: fault.first)
            // How many calls it takes differs a little: it may have been done before.
            guard outcome.ending == .signal(SIGKILL) || outcome.isDone else { throw Complaint("\(outcome)") }
            try setting.requireRecovery(of: scene)
        }
    }

    @Test(arguments: Situation.allCases) func `a second kill during the recovery changes nothing`(
        situation: Situation
    ) throws {
        let sweep = try Sweep()
        let setting = try Setting(situation, in: sweep)
        var random = SeededNumbers(seed: 1)
        var faults = Fault.at("kill", calls: setting.calls, every: Sweep.isFull ? 3 : 30)
        for index in faults.indices {
            faults[index].second = "kill@\(Int.random(in: 1...setting.calls, using: &random))"
        }
        sweep("killed twice, \(situation.rawValue)", faults) { fault, scene in
            try setting.before.copy(to: scene)
            _ = try scene.perform(setting.work, faults: fault.first)
            _ = try scene.perform(setting.work, faults: fault.second)
            try setting.requireRecovery(of: scene)
        }
    }
}
