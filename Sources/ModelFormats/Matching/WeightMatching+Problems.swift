import JSONValues
import NeuralNetwork

extension WeightMatching {
    /// What is wrong with weights for a network, in words.
    public struct Problem: Sendable, Equatable {
        public let what: String
        public let fix: String
        /// The rename rule at fault; `nil` where it is the file.
        public var rule: RenameRule?
    }

    /// Everything that does not fit, at once; empty when the file fills the network.
    ///
    /// Where one cause explains all of it, as the wrong architecture does, that is said instead of what follows from it.
    ///
    /// - Parameter isStrict: whether missing and unexpected names are mistakes. Wrong shapes always are.
    public func problems(isStrict: Bool) -> [Problem] {
        let rules = idleRules.sorted { $0.key.old < $1.key.old }.map({ problem(of: $0.key, made: $0.value) })
        let faults = faults(isStrict: isStrict)
        guard !faults.isEmpty else { return rules }
        return rules + (cause.map { [problem(causedBy: $0)] } ?? faults)
    }

    /// What does not fit, name by name.
    private func faults(isStrict: Bool) -> [Problem] {
        guard !sources.isEmpty || !misshapen.isEmpty || missing.isEmpty else { return [nothingFits] }
        var problems: [Problem] = []
        if isStrict {
            if !missing.isEmpty { problems.append(missingProblem) }
            if !unexpected.isEmpty { problems.append(unexpectedProblem) }
        }
        if let classes = classesInFile { return [problem(ofClasses: classes)] + problems }
        for tensor in misshapen.prefix(Self.mostListed) {
            let error = NetworkError.wrongParameterShape(
                name: tensor.name, expected: tensor.expected, found: tensor.found)
            problems.append(Problem(what: error.what, fix: error.fix))
        }
        if misshapen.count > Self.mostListed {
            problems.append(
                Problem(
                    what: "\(misshapen.count - Self.mostListed) more tensors have other shapes than the network's",
                    fix: "use weights that were saved from this architecture"))
        }
        return problems
    }

    /// What is left random, and left out, where that is allowed; `nil` when nothing is.
    public var omissions: String? {
        var sentences: [String] = []
        if !missing.isEmpty {
            sentences.append("random, because the file lacks \(Self.listAfterPronoun(missing))")
        }
        if !unexpected.isEmpty {
            sentences.append("left out, because the network has no place for \(Self.listAfterPronoun(unexpected))")
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
    }

    /// What is passed over as bookkeeping; `nil` when nothing is.
    public var bookkeeping: String? {
        ignored.isEmpty ? nil : "left out, because only training needs \(Self.listAfterPronoun(ignored))"
    }

    private static let mostListed = 8

    private var nothingFits: Problem {
        Problem(
            what: "none of its tensors (\(Self.list(entries.map(\.name)))) is one of the network's parameters "
                + "(\(Self.list(missing)))",
            fix: "choose the architecture that the weights were saved from, or map names with 'rename'")
    }

    private var missingProblem: Problem {
        let error = NetworkError.missingParameters(missing)
        for parameter in missing.prefix(Self.mostListed) {
            guard let name = nearestName(to: prefix + parameter, in: unexpected) else { continue }
            return Problem(
                what: error.what + "; the file has '\(name)'",
                fix: "add \"rename\": {\"\(name)\": \"\(parameter)\"}, or \(error.fix)")
        }
        if missing == network.parameters.filter({ $0.node == network.classifierIndex }).map(\.name) {
            return Problem(
                what: "the file has no last layer: " + error.what,
                fix: "write \"strict\": false to leave it random; the layers before it do not notice")
        }
        return Problem(
            what: error.what + (missing.count > 4 ? ", of \(network.parameters.count) in all" : ""),
            fix: error.fix + ", or write \"strict\": false to leave the rest random")
    }

    private var unexpectedProblem: Problem {
        Problem(
            what: "the network has no parameter for \(Self.list(unexpected))",
            fix: "map names with 'rename', or write \"strict\": false to leave them out")
    }

    private func problem(of rule: RenameRule, made name: String?) -> Problem {
        guard let name else {
            return Problem(
                what: "no tensor of the file is called '\(rule.old)'"
                    + suggestion(for: rule.old, among: entries.map(\.name)),
                fix: "remove it, or take a name that 'convscope inspect' lists", rule: rule)
        }
        return Problem(
            what: "'\(rule.old)' leads to '\(name)', which the network does not have"
                + suggestion(for: name, among: missing),
            fix: "correct the new name; the parameters are the layers' names with .weight, .bias and so on", rule: rule)
    }

    private func suggestion(for name: String, among names: [String]) -> String {
        nearestName(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// `it: fc.weight`, `them: fc.weight, fc.bias`
    private static func listAfterPronoun(_ names: [String]) -> String {
        "\(names.count == 1 ? "it" : "them"): \(list(names))"
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 4
            ? names.joined(separator: ", ") : names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
    }
}
