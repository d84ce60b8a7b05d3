public import NeuralNetwork

/// Which tensor of a file fills which parameter of a network.
///
/// A tensor's name becomes a parameter's name so:
/// 1. A rename rule that fits the name, or the name after the next two steps, decides.
/// 2. Otherwise, where the architecture's published weights have older names, the name of today stands for it.
/// 3. A prefix is taken off: of all beginnings that end in a dot (`module.`, `model.`, `_orig_mod.`, …, and none)
///    the one without which the most names are the network's.
/// 4. A layer's second name, as `block3_conv1` of VGG16 in Keras, stands for its first.
///
/// What then is no parameter is left out without a word where it is bookkeeping: a normalization's
/// `num_batches_tracked`, an optimizer's state (`optim…`), or what the architecture's published weights are known to hold
/// besides. Everything else is unexpected. Nothing here reads a tensor.
public struct WeightMatching: Sendable {
    /// A tensor whose shape is not the parameter's.
    public struct Misshapen: Sendable, Equatable {
        /// In the file.
        public let name: String
        public let parameter: String
        public let expected: [Int]
        public let found: [Int]
    }

    /// The tensor's name in the file by the parameter it fills, shapes agreeing.
    public private(set) var sources: [String: String] = [:]
    /// Parameters that no tensor fills, in the network's order.
    public private(set) var missing: [String] = []
    /// Names of tensors that the network has no place for, in the file's order.
    public private(set) var unexpected: [String] = []
    public private(set) var misshapen: [Misshapen] = []
    /// Names of tensors that are left out as bookkeeping.
    public private(set) var ignored: [String] = []
    /// What was taken off the beginning of names; empty for nothing.
    public let prefix: String
    /// Rules that lead no tensor to a parameter, each with what it makes of a tensor's name if it fits one.
    public let idleRules: [RenameRule: String?]
    let entries: [WeightEntry]
    let network: Network

    /// Whether names of layers that are not torchvision's, but Keras's or Caffe's, filled parameters.
    public private(set) var usesSecondNames = false

    /// - Parameter published: how the names in the architecture's published weights differ.
    public init(
        _ entries: [WeightEntry], to network: Network, rename rules: [RenameRule] = [],
        published: PublishedNames = .same
    ) {
        let parameters = network.parameters
        let parameterNames = Self.names(of: parameters, in: network)
        let names = entries.map { published.current($0.name) }
        let prefix = Self.prefix(of: names, parameterNames)
        self.prefix = prefix
        self.entries = entries
        self.network = network

        var (useful, made): (Set<RenameRule>, [RenameRule: String]) = ([], [:])
        var taken: [String: WeightEntry] = [:]
        var left: [String: String] = [:]
        // Renamed tensors choose first: who wrote a rule meant it.
        for isRenamed in [true, false] {
            for (entry, current) in zip(entries, names) {
                let short = current.hasPrefix(prefix) ? String(current.dropFirst(prefix.count)) : current
                let renamed = RenameRule.apply(rules, to: entry.name) ?? RenameRule.apply(rules, to: short)
                guard (renamed != nil) == isRenamed else { continue }
                let name = renamed?.name ?? short
                if let renamed { made[renamed.rule] = made[renamed.rule] ?? name }
                if let parameter = parameterNames[name], taken[parameter] == nil {
                    taken[parameter] = entry
                    if renamed == nil, name != parameter { usesSecondNames = true }
                    if let renamed { useful.insert(renamed.rule) }
                } else {
                    left[entry.name] = name
                }
            }
        }
        idleRules = Dictionary(
            uniqueKeysWithValues: Set(rules).subtracting(useful).map { ($0, made[$0]) })

        for (name, _, specification) in parameters {
            guard let entry = taken[name] else {
                missing.append(name)
                continue
            }
            if entry.shape == specification.shape {
                sources[name] = entry.name
            } else {
                misshapen.append(
                    Misshapen(
                        name: entry.name, parameter: name, expected: specification.shape, found: entry.shape))
            }
        }
        let patterns = published.unused.map(GlobPattern.init)
        for entry in entries {
            guard let name = left[entry.name] else { continue }
            if Self.isBookkeeping(name) || patterns.contains(where: { $0.matches(name) }) {
                ignored.append(entry.name)
            } else {
                unexpected.append(entry.name)
            }
        }
    }

    /// Parameters by their own names and by those that second names of layers make.
    private static func names(
        of parameters: [(name: String, node: Int, specification: ParameterSpecification)], in network: Network
    ) -> [String: String] {
        var names = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.name) })
        for (name, node, specification) in parameters {
            guard let alias = network.nodes[node].alias else { continue }
            names[alias + "." + specification.name] = names[alias + "." + specification.name] ?? name
        }
        return names
    }

    /// The beginning without which the most names are the network's; the shortest of those that do equally well.
    ///
    /// - Complexity: O(names · dots in a name).
    private static func prefix(of names: [String], _ parameters: [String: String]) -> String {
        var votes: [String: Int] = [:]
        for name in names where name.utf8.count <= 1000 {
            var rest = name[...]
            while true {
                if parameters[String(rest)] != nil { votes[String(name[..<rest.startIndex]), default: 0] += 1 }
                guard let dot = rest.firstIndex(of: ".") else { break }
                rest = rest[rest.index(after: dot)...]
            }
        }
        return votes.max { left, right in
            (left.value, -left.key.utf8.count, right.key) < (right.value, -right.key.utf8.count, left.key)
        }?.key ?? ""
    }

    static func isBookkeeping(_ name: String) -> Bool {
        name == "num_batches_tracked" || name.hasSuffix(".num_batches_tracked") || name.hasPrefix("optim")
    }
}
