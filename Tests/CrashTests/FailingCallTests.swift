import Testing

/// A full disk, a full quota, a broken disk, and interrupted calls, at any call of the system that a process makes.
@Suite(.serialized) struct FailingCallTests {
    /// In every situation the default test run leaves out most calls; between them the kinds take different ones.
    private func calls(_ setting: Setting, _ kind: String, offset: Int) -> [Fault] {
        let all = Fault.at(kind, calls: setting.calls)
        return Sweep.isFull ? all : all.enumerated().filter { ($0.offset + 3 * offset) % 13 == 0 }.map(\.element)
    }

    @Test(arguments: Situation.allCases) func `a call that fails ends the process with what failed and what to do`(
        situation: Situation
    ) throws {
        let sweep = try Sweep()
        let setting = try Setting(situation, in: sweep)
        let faults = ["ENOSPC", "EDQUOT", "EIO"].enumerated().flatMap { calls(setting, $1, offset: $0) }
        sweep("a failing call in \(situation.rawValue)", faults) { fault, scene in
            try setting.before.copy(to: scene)
            let outcome = try scene.perform(setting.work, faults: fault.first)
            switch outcome.ending {
            case .exit(0):
                if case .run = setting.work { try scene.requireOutputs(setting.expected.outputs, after: outcome) }
            case .exit(1):
                guard outcome.output.contains("\n  fix: "), outcome.output.contains("'") else {
                    throw Complaint("it does not say what failed and what to do: \(outcome.output)")
                }
            default: throw Complaint("\(outcome.ending): \(outcome.output)")
            }
            try setting.requireRecovery(of: scene)
        }
    }

    @Test(arguments: Situation.allCases) func `an interrupted call is made again`(situation: Situation) throws {
        let sweep = try Sweep()
        let setting = try Setting(situation, in: sweep)
        sweep("an interrupted call in \(situation.rawValue)", calls(setting, "EINTR", offset: 3)) { fault, scene in
            try setting.before.copy(to: scene)
            let outcome = try scene.perform(setting.work, faults: fault.first)
            guard outcome.isDone else { throw Complaint("\(outcome.ending): \(outcome.output)") }
            try scene.requireCleanness()
            if case .run = setting.work { return try setting.expected.require(scene, after: outcome) }
            try scene.requireObjects(setting.expected.objects)
        }
    }
}
