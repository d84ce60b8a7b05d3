import JSONValues

/// Which declaration takes from which, and an order in which each comes after those it takes from.
struct DeclarationGraph {
    let declarations: [StageDeclaration]
    private let positions: [String: Int]

    init(_ declarations: [StageDeclaration]) {
        self.declarations = declarations
        var positions = [String: Int](minimumCapacity: declarations.count)
        for (position, declaration) in declarations.enumerated() { positions[declaration.name] = position }
        self.positions = positions
    }

    /// The position of the declaration that a reference means; `nil` where there is none.
    func source(of reference: StageDeclaration.Reference) -> Int? { positions[reference.source.stage] }

    /// Positions in the order of the file, each right after what it takes from; stages of a cycle are left out.
    ///
    /// Depth-first with a stack of its own, so that a chain of any length can be ordered.
    ///
    /// - Complexity: O(stages + inputs).
    func order(cycle: (_ stages: [StageDeclaration], _ reference: StageDeclaration.Reference) -> Void)
        -> [Int]
    {
        enum State { case untouched, open, ordered, cyclic }
        var states = [State](repeating: .untouched, count: declarations.count)
        var order: [Int] = []
        for start in declarations.indices where states[start] == .untouched {
            var stack = [Visit(node: start, references: references(of: start))]
            states[start] = .open
            while let top = stack.indices.last {
                guard stack[top].next < stack[top].references.count else {
                    let visit = stack.removeLast()
                    states[visit.node] = visit.isCyclic ? .cyclic : .ordered
                    if !visit.isCyclic { order.append(visit.node) }
                    if visit.isCyclic, top > 0 { stack[top - 1].isCyclic = true }
                    continue
                }
                let (reference, source) = stack[top].references[stack[top].next]
                stack[top].next += 1
                switch states[source] {
                case .untouched:
                    states[source] = .open
                    stack.append(Visit(node: source, references: references(of: source)))
                case .open:
                    let first = stack.firstIndex { $0.node == source }!
                    // The stack goes from taker to source; data flows the other way.
                    cycle(stack[first...].reversed().map { declarations[$0.node] }, reference)
                    stack[top].isCyclic = true
                case .cyclic: stack[top].isCyclic = true
                case .ordered: break
                }
            }
        }
        return order
    }

    /// A declaration whose sources are being looked at.
    private struct Visit {
        var node: Int
        var references: [(StageDeclaration.Reference, Int)]
        var next = 0
        /// It takes, over whatever way, from a stage of a cycle.
        var isCyclic = false
    }

    private func references(of node: Int) -> [(StageDeclaration.Reference, Int)] {
        declarations[node].inputs.flatMap { _, sources in
            sources.compactMap { reference in source(of: reference).map { (reference, $0) } }
        }
    }
}
