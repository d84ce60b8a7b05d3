/// What references in `inputs` mean, and what can be wrong with them.
extension Planner {
    /// A reference that makes sense.
    struct Connection {
        var upstream: MatrixExpansion
        var selection: SourceName.Selection
        var port: String

        /// - Parameter values: of the instance on the axes of the taker.
        func sources(ofInstance values: [Int], of taker: MatrixExpansion) -> [PlannedStage.Source] {
            switch selection {
            case .all:
                return (0..<upstream.count!).map { PlannedStage.Source(stage: upstream.offset + $0, port: port) }
            case .matching(let fixed):
                let instance = upstream.instance(matching: taker, values, fixing: fixed)
                return [PlannedStage.Source(stage: upstream.offset + instance, port: port)]
            }
        }
    }

    /// The output that a reference means; `nil`, with a mistake, where there is none or it does not fit.
    mutating func output(
        of source: StageDeclaration, for reference: StageDeclaration.Reference, port: any InputPort,
        of taker: StageDeclaration
    ) -> String? {
        let outputs = source.entry.outputs
        let name = reference.source.port ?? (port.kinds.contains("summary") ? "summary" : outputs[0].name)
        guard let output = outputs.first(where: { $0.name == name }) else {
            mistakes.append(
                file.mistake(
                    reference.path,
                    "'\(source.name)' has no output '\(name)'\(didYouMean(name, outputs.map(\.name)))",
                    fix: "the outputs of '\(source.entry.type.name)' are \(listed(outputs.map(\.name)))"))
            return nil
        }
        guard port.kinds.contains("*") || port.kinds.contains(output.kind) else {
            mistakes.append(
                file.mistake(
                    reference.path,
                    "'\(reference.text)' is of kind '\(output.kind)', but '\(port.name)' takes \(kindsInWords(port))",
                    fix: fixForKind(of: source, port: port, of: taker)))
            return nil
        }
        return name
    }

    private func fixForKind(of source: StageDeclaration, port: any InputPort, of taker: StageDeclaration) -> String {
        if let other = source.entry.outputs.first(where: { port.kinds.contains($0.kind) }) {
            return "write \"\(source.name).\(other.name)\""
        }
        let fitting = graph.declarations.filter {
            $0.name != taker.name && port.kinds.contains($0.entry.outputs[0].kind)
        }.map(\.name).sorted()
        return fitting.isEmpty
            ? "add a stage that makes \(kindsInWords(port))" : "name a stage that fits: \(listed(fitting, "or"))"
    }

    /// Whether the instances that a reference picks exist, and are not many for a port that takes one.
    mutating func fixes(
        _ reference: StageDeclaration.Reference, in expansion: MatrixExpansion, port: any InputPort
    ) -> Bool {
        let name = reference.source.stage
        switch reference.source.selection {
        case .all:
            guard !port.isList, let count = expansion.count, count > 1 else { return true }
            mistakes.append(
                file.mistake(
                    reference.path, "'\(port.name)' takes one source, and '\(reference.text)' are \(count)",
                    fix: "remove [*] to make one instance for each"))
            return false
        case .matching(let fixed):
            for (label, text) in fixed.sorted(by: { $0.key < $1.key }) {
                guard let index = expansion.labels.firstIndex(of: label) else {
                    let labels = expansion.labels
                    mistakes.append(
                        file.mistake(
                            reference.path, "'\(name)' has no axis '\(label)'\(didYouMean(label, labels))",
                            fix: labels.isEmpty ? "write \"\(name)\"" : "its axes are \(listed(labels))"))
                    return false
                }
                let values = expansion.axes[index].values.map(MatrixExpansion.text)
                guard values.contains(text) else {
                    mistakes.append(
                        file.mistake(
                            reference.path,
                            "'\(label)' of '\(name)' is never \(text)\(didYouMean(text, values))",
                            fix: "choose from \(listed(values))"))
                    return false
                }
            }
            return true
        }
    }
}
