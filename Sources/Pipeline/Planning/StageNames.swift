import JSONValues

/// The stages of a plan by the names that a command line may give them.
struct StageNames {
    private let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    /// - Parameter option: what the error starts with: `--only`.
    /// - Throws: ``SelectionError`` for a name that is none, or fits none.
    func positions(of names: [String], option: String) throws(SelectionError) -> Set<Int> {
        var positions: Set<Int> = []
        for name in names { positions.formUnion(try self.positions(of: name, option: option)) }
        return positions
    }

    private func positions(of name: String, option: String) throws(SelectionError) -> [Int] {
        let exact = plan.stages.indices.filter { plan.stages[$0].id == name || plan.stages[$0].declaration == name }
        if !exact.isEmpty { return exact }
        let pattern = NamePattern(name)
        guard pattern.isOpen else { throw unknown(name, option) }
        let fitting = plan.stages.indices.filter {
            pattern.fits(plan.stages[$0].id) || pattern.fits(plan.stages[$0].declaration)
        }
        if fitting.isEmpty {
            throw SelectionError("\(option) \(name): no stage of the pipeline fits it\(hint(name))", fix: fix(name))
        }
        return fitting
    }

    private func unknown(_ name: String, _ option: String) -> SelectionError {
        SelectionError("\(option) \(name): the pipeline has no stage '\(name)'\(hint(name))", fix: fix(name))
    }

    private func hint(_ name: String) -> String {
        didYouMean(name, declarations + plan.stages.map(\.id))
    }

    /// Names the instances where the stage is right.
    private func fix(_ name: String) -> String {
        let stage = String(name.prefix { $0 != "[" })
        let instances = plan.stages.filter { $0.declaration == stage }.map(\.id)
        return instances.isEmpty
            ? "choose from \(listed(declarations))"
            : instances == [stage] ? "write \(stage): it has no instances" : "choose from \(listed(instances))"
    }

    /// Each once, in order.
    private var declarations: [String] {
        var seen: Set<String> = []
        return plan.stages.map(\.declaration).filter { seen.insert($0).inserted }
    }
}
