import NeuralNetwork

extension WeightMatching {
    /// The one reason why a file does not fill a network.
    enum Cause: Equatable {
        /// The file is of a built-in architecture; `classes` where the last layer has another number of outputs.
        case otherArchitecture(String, classes: Int?)
        /// Shapes and their order are the network's. With these rules everything fits.
        case otherNames([RenameRule])
    }

    /// What explains everything that does not fit; `nil` where nothing known does.
    ///
    /// - Complexity: O(architectures · names): only for files that are refused.
    var cause: Cause? {
        // No network has as many tensors; made to cost time.
        guard entries.count <= 10_000, !fits else { return nil }
        if classesInFile != nil, missing.isEmpty { return nil }
        for architecture in Architecture.all where architecture.name != network.name {
            let other = WeightMatching(entries, to: architecture.network, published: architecture.published)
            let classes = other.classesInFile
            if other.fits || classes != nil && other.missing.isEmpty && other.unexpected.isEmpty {
                return .otherArchitecture(architecture.name, classes: classes)
            }
        }
        return renaming.map { .otherNames($0) }
    }

    /// How many outputs the last layer has in the file, where that is all in which shapes differ.
    var classesInFile: Int? {
        guard let last = network.classifierIndex, let found = misshapen.first?.found.first else { return nil }
        let parameters = Set(network.parameters.filter { $0.node == last }.map(\.name))
        let isAll = misshapen.allSatisfy {
            parameters.contains($0.parameter) && $0.found == [found] + $0.expected.dropFirst()
        }
        return isAll && misshapen.count == parameters.count ? found : nil
    }

    private var fits: Bool { missing.isEmpty && unexpected.isEmpty && misshapen.isEmpty }

    /// Rules that make everything fit: for what is left over on both sides, or else for all names, one after the other.
    private var renaming: [RenameRule]? {
        guard idleRules.isEmpty else { return nil }
        let (left, needed) = (Set(unexpected), Set(missing))
        let useful = entries.filter { !Self.isBookkeeping($0.name) }
        let pairings = [
            (useful.filter { left.contains($0.name) }, network.parameters.filter { needed.contains($0.name) }),
            (useful, network.parameters),
        ]
        for (entries, parameters) in pairings
        where !entries.isEmpty && entries.map(\.shape) == parameters.map(\.specification.shape) {
            let rules = Set(zip(entries, parameters).compactMap { Self.rule(from: $0.name, to: $1.name) })
            guard Set(rules.map(\.old)).count == rules.count else { continue }
            let sorted = rules.sorted { $0.old < $1.old }
            if WeightMatching(self.entries, to: network, rename: sorted).fits { return sorted }
        }
        return nil
    }

    /// The rule for what differs at the beginning of two names: `4.*` to `layer1.*` for `4.0.bias` and `layer1.0.bias`.
    private static func rule(from old: String, to new: String) -> RenameRule? {
        let (olds, news) = (old.split(separator: "."), new.split(separator: "."))
        let same = zip(olds.reversed(), news.reversed()).prefix { $0 == $1 }.count
        if same == max(olds.count, news.count) { return nil }
        guard same > 0 else { return RenameRule(old, to: new) }
        func pattern(_ parts: [Substring]) -> String {
            (parts.dropLast(same) + ["*"]).joined(separator: ".")
        }
        return RenameRule(pattern(olds), to: pattern(news))
    }

    // MARK: - In words

    func problem(causedBy cause: Cause) -> Problem {
        switch cause {
        case .otherArchitecture(let name, let classes):
            return Problem(
                what: "its weights are those of '\(name)'"
                    + (classes.map { " for \($0) classes" } ?? "") + ", not of '\(network.name)'",
                fix: "write \"architecture\": \"\(name)\"" + (classes.map { ", \"class_count\": \($0)" } ?? ""))
        case .otherNames(let rules):
            let shown = rules.prefix(Self.mostRules).map { "\"\($0.old)\": \"\($0.new)\"" }
            return Problem(
                what: "\(missing.count + misshapen.count) of the network's \(network.parameters.count) parameters have "
                    + "other names in the file; their shapes and their order are the same",
                fix: "add \"rename\": {\(shown.joined(separator: ", "))}"
                    + (rules.count > shown.count ? " and \(rules.count - shown.count) more like these" : ""))
        }
    }

    func problem(ofClasses found: Int) -> Problem {
        let layer = network.classifierIndex.map { network.nodes[$0].name } ?? ""
        let expected = misshapen.first?.expected.first ?? 0
        return Problem(
            what: "the last layer '\(layer)' has \(expected) classes, the file \(found)",
            fix: "write \"class_count\": \(found), or give the network file that many outputs")
    }

    private static let mostRules = 16
}
