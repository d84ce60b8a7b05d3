import JSONValues

/// The instances of a declaration: one for each combination of the values on its axes, its own and those it inherits
/// from the stages it takes from.
struct MatrixExpansion {
    /// A parameter of a stage with a list of values for it.
    struct Axis {
        var origin: String
        var parameter: String
        var values: [JSONValue]
        /// How the values are written in an instance's name.
        var texts: [String]

        func isSame(as other: Axis) -> Bool { origin == other.origin && parameter == other.parameter }
    }

    /// The most instances that a pipeline may have.
    static let limit = 1_000_000

    /// Own axes first, in the order of the file; the last varies fastest.
    private(set) var axes: [Axis]

    /// What each axis is called: its parameter, with its stage where two axes have the same.
    private(set) var labels: [String] = []

    /// Where the instances start in the plan.
    let offset: Int

    /// How many of the axes are not inherited.
    private let ownAxes: Int

    init(_ declaration: StageDeclaration, offset: Int) {
        axes = declaration.matrix.map {
            Axis(
                origin: declaration.name, parameter: $0.parameter, values: $0.values, texts: $0.values.map(Self.text))
        }
        self.offset = offset
        ownAxes = axes.count
        labelAxes()
    }

    /// Takes over the axes of a source, but for those that the reference fixes.
    mutating func inherit(_ source: MatrixExpansion, fixing fixed: [String: String]) {
        for (axis, label) in zip(source.axes, source.labels) where fixed[label] == nil {
            if !axes.contains(where: { $0.isSame(as: axis) }) { axes.append(axis) }
        }
        labelAxes()
    }

    private mutating func labelAxes() {
        labels = axes.map { axis in
            axes.count { $0.parameter == axis.parameter } > 1 ? "\(axis.origin).\(axis.parameter)" : axis.parameter
        }
    }

    /// `nil` where there are more than ``limit``.
    var count: Int? {
        var count = 1
        for axis in axes {
            count *= axis.values.count
            if count > Self.limit { return nil }
        }
        return count
    }

    /// How many combinations of values the own axes have. Instances that share one follow each other.
    var combinations: Int { axes[..<ownAxes].reduce(1) { $0 * $1.values.count } }

    /// The positions of a combination's values on the own axes.
    func choice(ofCombination combination: Int) -> [Int] {
        guard ownAxes > 0 else { return [] }
        let inherited = axes[ownAxes...].reduce(1) { $0 * $1.values.count }
        return Array(values(ofInstance: combination * inherited)[..<ownAxes])
    }

    /// The positions of an instance's values on the axes.
    func values(ofInstance instance: Int) -> [Int] {
        var rest = instance
        var positions = [Int](repeating: 0, count: axes.count)
        for index in axes.indices.reversed() {
            (rest, positions[index]) = rest.quotientAndRemainder(dividingBy: axes[index].values.count)
        }
        return positions
    }

    /// The name of an instance: `map`, `map[perplexity=5,seed=0]`.
    func id(ofInstance instance: Int, of name: String) -> String {
        guard !axes.isEmpty else { return name }
        let parts = zip(zip(labels, axes), values(ofInstance: instance)).map { labelled, position in
            "\(labelled.0)=\(labelled.1.texts[position])"
        }
        return "\(name)[\(parts.joined(separator: ","))]"
    }

    /// The instance of this expansion that fits an instance of a taker, with the values that the reference fixes.
    func instance(matching taker: MatrixExpansion, _ takerValues: [Int], fixing fixed: [String: String]) -> Int {
        var instance = 0
        for (axis, label) in zip(axes, labels) {
            let position: Int
            if let text = fixed[label] {
                position = axis.texts.firstIndex(of: text)!
            } else {
                position = takerValues[taker.axes.firstIndex { $0.isSame(as: axis) }!]
            }
            instance = instance * axis.values.count + position
        }
        return instance
    }

    /// How a value is written in an instance's name.
    static func text(_ value: JSONValue) -> String { value.string ?? value.canonicalText }
}
