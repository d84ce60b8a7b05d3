import JSONValues

/// What differs between two runs: configuration, results, measured values and times.
public struct RunComparison: Sendable {
    /// A stage that both runs have.
    public struct Stage: Sendable {
        public let left: RecordedRun.Stage
        public let right: RecordedRun.Stage

        /// Of the manifests of their last results; `nil` where one of them has none.
        public let configuration: [KeyChange]?

        /// Ports with other content, or that only one of them has.
        public let outputs: [String]

        /// Those whose values differ.
        public let metrics: [(name: String, left: Double?, right: Double?)]

        /// The same work with the same outcome; times are no part of it.
        public var isEqual: Bool {
            configuration?.isEmpty ?? true && outputs.isEmpty && metrics.isEmpty && hasSameOutcome
        }

        /// A result is a result, whichever run made it.
        var hasSameOutcome: Bool { left.hasResult && right.hasResult || left.state == right.state }

        init(_ left: RecordedRun.Stage, _ right: RecordedRun.Stage) {
            self.left = left
            self.right = right
            if let old = left.last?.manifest, let new = right.last?.manifest {
                configuration = KeyChange.changes(from: old, to: new)
            } else {
                configuration = nil
            }
            outputs = Self.union(left.outputs.map(\.port), right.outputs.map(\.port)).filter { port in
                left.outputs.first { $0.port == port }?.digest != right.outputs.first { $0.port == port }?.digest
            }
            metrics = Self.union(left.metrics.keys, right.metrics.keys).compactMap { name in
                let (old, new) = (left.metrics[name]?.double, right.metrics[name]?.double)
                return old == new ? nil : (name, old, new)
            }
        }

        private static func union(_ left: [String], _ right: [String]) -> [String] {
            left + right.filter { !left.contains($0) }
        }
    }

    public let left: RecordedRun
    public let right: RecordedRun

    /// In the order of the left run.
    public let stages: [Stage]
    public let onlyLeft: [String]
    public let onlyRight: [String]

    /// - Complexity: O(stages)
    public init(_ left: RecordedRun, _ right: RecordedRun) {
        self.left = left
        self.right = right
        stages = left.stages.compactMap { stage in right.stage(stage.id).map { Stage(stage, $0) } }
        onlyLeft = left.stages.map(\.id).filter { right.stage($0) == nil }
        onlyRight = right.stages.map(\.id).filter { left.stage($0) == nil }
    }

    public var isEqual: Bool { onlyLeft.isEmpty && onlyRight.isEmpty && stages.allSatisfy(\.isEqual) }
}
