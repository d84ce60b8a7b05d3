/// The command that goes on where a run stopped: that of the run with all its options, but for what would repeat what the
/// run has done.
///
/// `--force` names only what was not made anew yet. `--failed` and what limits it become `--until` with what they selected
/// and has no result: the record of this run no longer says what failed in the one before.
struct CommandToGoOn {
    private enum Part {
        case word(String)
        /// A name that `--force` was given, and the stages that it means.
        case force(String, Set<Int>)
        case failed
    }

    private let plan: Plan
    private let selected: Set<Int>
    private var parts: [Part] = []

    init(_ plan: Plan, _ options: RunOptions) {
        self.plan = plan
        selected = options.selected ?? Set(plan.stages.indices)
        let names = StageNames(plan)
        let repeatsFailed = options.commandLine.prefix { $0 != "--" }.contains("--failed")
        var words = options.commandLine[...]
        while let word = words.popFirst() {
            let option = String(word.prefix { $0 != "=" })
            let value = option == word ? nil : String(word.dropFirst(option.count + 1))
            switch option {
            case "--":
                parts += ([word] + words).map(Part.word)
                return
            case "--failed": parts.append(.failed)
            case "--only" where repeatsFailed, "--from" where repeatsFailed, "--until" where repeatsFailed:
                if value == nil { words = words.dropFirst() }
            case "--force":
                let name = value ?? words.popFirst() ?? ""
                let stages = (try? names.positions(of: [name], option: option)) ?? []
                parts.append(.force(name, stages.intersection(selected)))
            default: parts.append(.word(word))
            }
        }
    }

    /// The words of the command line.
    ///
    /// - Parameter stages: what happened so far, by position in the plan.
    func words(after stages: [RunRecord.Stage]) -> [String] {
        func name(_ positions: Set<Int>, for option: String) -> [String] {
            positions.sorted().flatMap { [option, plan.stages[$0].id] }
        }
        return parts.flatMap { part -> [String] in
            switch part {
            case .word(let word): return [word]
            case .force(let given, let named):
                let rest = named.filter { stages[$0].state != .finished }
                return rest == named ? ["--force", given] : name(rest, for: "--force")
            case .failed: return name(selected.filter { !stages[$0].state.hasResult }, for: "--until")
            }
        }
    }
}
