import JSONValues

/// Which stages of a plan may run, and which of them run although their results are stored; as the command line names
/// them.
///
/// A name is a stage (all its instances), an instance, or a ``NamePattern`` of either. Names of one kind unite, kinds
/// intersect; without any, everything is selected.
public struct StageSelection: Sendable {
    /// These alone.
    public var only: [String] = []
    /// These and everything downstream.
    public var from: [String] = []
    /// These and everything upstream.
    public var until: [String] = []

    /// The run whose failed and interrupted stages are selected, with everything upstream.
    public var failedIn: RecordedRun?

    /// Of what is selected, these run in any case.
    public var forced: [String] = []

    public init() {}

    /// Positions in a plan.
    public struct Positions: Sendable, Hashable {
        public var selected: Set<Int>
        public var forced: Set<Int>
    }

    /// - Throws: ``SelectionError`` for names that the plan does not have, kinds that have nothing in common, and forced
    ///   stages that are not selected.
    /// - Complexity: O(names · stages + inputs)
    public func positions(in plan: Plan) throws(SelectionError) -> Positions {
        let names = StageNames(plan)
        var selected = Set(plan.stages.indices)
        if !only.isEmpty { selected.formIntersection(try names.positions(of: only, option: "--only")) }
        if !from.isEmpty {
            selected.formIntersection(plan.downstream(of: try names.positions(of: from, option: "--from")))
        }
        if !until.isEmpty {
            selected.formIntersection(plan.upstream(of: try names.positions(of: until, option: "--until")))
        }
        if selected.isEmpty, !plan.stages.isEmpty {
            throw SelectionError(
                "\(options.joined(separator: " ")) select nothing together",
                fix: "leave one of them out: a stage runs when all of them select it")
        }
        // Nothing failed: nothing to do, which is no mistake. What made them fail may have to run first, once mended.
        if let failedIn {
            let failed = plan.stages.indices.filter { failedIn.hasFailed(plan.stages[$0].id) }
            selected.formIntersection(plan.upstream(of: Set(failed)))
        }
        var forced: Set<Int> = []
        for name in self.forced {
            let named = try names.positions(of: [name], option: "--force").intersection(selected)
            if named.isEmpty {
                throw SelectionError(
                    "--force \(name): it is outside of what \(limits) select\(limits.contains(" and ") ? "" : "s")",
                    fix: "force what is selected, or select '\(name)' as well")
            }
            forced.formUnion(named)
        }
        return Positions(selected: selected, forced: forced)
    }

    /// The options that name stages, as they were written.
    private var options: [String] {
        [("--only", only), ("--from", from), ("--until", until)].flatMap { option, names in
            names.map { "\(option) \($0)" }
        }
    }

    private var limits: String {
        (options + (failedIn == nil ? [] : ["--failed"])).joined(separator: " and ")
    }
}

/// Names on the command line that select nothing, or what cannot run.
public struct SelectionError: Error, Sendable, Hashable, CustomStringConvertible {
    public let what: String
    public let fix: String
    /// The names are right; what they leave out is missing.
    public private(set) var isBlocked = false

    init(_ what: String, fix: String) {
        self.what = what
        self.fix = fix
    }

    static func blocked(_ id: String, by source: String, in file: String) -> SelectionError {
        var error = SelectionError(
            "\(file): '\(id)' cannot run: '\(source)', which it needs, has no result and is not selected",
            fix: "select '\(source)' too: --until \(quoted(id)) does")
        error.isBlocked = true
        return error
    }

    public var description: String { "\(what)\n  fix: \(fix)" }
}

extension Plan {
    /// Positions of the stages that a name or pattern means, in order.
    ///
    /// - Parameter asker: what the error starts with: `explain`.
    /// - Throws: ``SelectionError`` where there are none.
    public func positions(named name: String, asker: String) throws(SelectionError) -> [Int] {
        try StageNames(self).positions(of: [name], option: asker).sorted()
    }

    /// Positions and all that they take from, over whatever way.
    func upstream(of positions: Set<Int>) -> Set<Int> {
        var found = positions
        for position in stages.indices.reversed() where found.contains(position) {
            found.formUnion(stages[position].upstream)
        }
        return found
    }

    /// Positions and all that takes from them, over whatever way.
    func downstream(of positions: Set<Int>) -> Set<Int> {
        var found = positions
        for position in stages.indices where stages[position].upstream.contains(where: found.contains) {
            found.insert(position)
        }
        return found
    }
}
