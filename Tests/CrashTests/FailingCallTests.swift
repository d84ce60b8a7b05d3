import Testing

/// A full disk, a full quota, a broken disk, and interrupted calls, at any call of the system that a process makes.
@Suite(.serialized) struct FailingCallTests {
    /// The default test run tries one of so many calls; every kind begins at another one.
    private let stride = Sweep.isFull ? 1 : 37

    private func faults(_ kinds: [String], _ setting: Setting) -> [Fault] {
        kinds.enumerated().flatMap { number, kind in
            Swift.stride(from: 1 + 9 * number % stride, through: setting.calls, by: stride).map {
                Fault(first: "\(kind)@\($0)")
            }
        }
    }

    @Test(arguments: Situation.allCases) func `a call that fails ends the process with what failed and what to do`(
        situation: Situation
    ) throws {
        let sweep = try Sweep()
        let setting = try Setting(situation, in: sweep)
        let faults = faults(["ENOSPC", "EDQUOT", "EIO"], setting)
        sweep("failing calls, one in \(stride) of \(setting.calls), in \(situation.rawValue)", faults) { fault, scene in
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
        sweep("interrupted calls in \(situation.rawValue)", faults(["EINTR"], setting)) { fault, scene in
            try setting.before.copy(to: scene)
            let outcome = try scene.perform(setting.work, faults: fault.first)
            guard outcome.isDone else { throw Complaint("\(outcome.ending): \(outcome.output)") }
            try scene.requireCleanness()
            if case .run = setting.work { return try setting.expected.require(scene, after: outcome) }
            try scene.requireObjects(setting.expected.objects)
        }
    }
}
