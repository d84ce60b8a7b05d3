import Attribution
import HDF5Files
import Pipeline
import Tensors

/// What is told of each image besides its map, in the order of the images.
struct AttributionNumbers {
    /// Class or channel.
    private(set) var targets: [Int] = []
    private(set) var scores: [Double] = []
    /// Row and column of each image's explained place, where ``Contents/hasPositions``.
    private(set) var positions: [Int] = []
    /// In the order of ``Contents/names``.
    private(set) var named: [[Float]]
    /// Of the random network that each image was compared with.
    private(set) var randomSeeds: [Int] = []
    /// `[count, steps + 1]` each.
    private(set) var deletion: [Float] = []
    private(set) var insertion: [Float] = []
    private(set) var isConstant: [UInt8] = []

    let contents: Contents

    /// Which numbers there are.
    struct Contents {
        let hasPositions: Bool
        /// `completeness_gap`, `randomized_weights`, `class_difference`: those that are computed.
        let names: [String]
        let hasRandomSeeds: Bool
        /// Of the curves of deletion and insertion; `nil` without them.
        let steps: Int?

        /// Shares of the pixels that are changed.
        var fractions: [Float] { steps.map(DeletionCurve.fractions) ?? [] }
    }

    init(_ contents: Contents) {
        self.contents = contents
        named = contents.names.map { _ in [] }
    }

    var count: Int { targets.count }

    mutating func append(_ block: ExplainedImages, _ rule: FocusRule) {
        targets += block.focuses.map(\.index)
        scores += block.scores.map(\.value)
        if contents.hasPositions { positions += block.focuses.flatMap(rule.position(of:)) }
        for index in named.indices { named[index] += block.numbers[index] }
        randomSeeds += block.randomSeeds
        deletion += block.curves?.deletion.scalars ?? []
        insertion += block.curves?.insertion.scalars ?? []
        isConstant += (0..<block.maps.shape[0]).map { row -> UInt8 in
            let range = block.maps.row(row).range
            return range?.lowerBound == range?.upperBound ? 1 : 0
        }
    }

    /// The values of a number, where it is computed.
    func values(_ name: String) -> [Float]? { contents.names.firstIndex(of: name).map { named[$0] } }

    /// Area under each image's curve.
    func areas(_ curve: [Float]) -> [Float] {
        let length = contents.fractions.count
        return (0..<(length == 0 ? 0 : count)).map { DeletionCurve.area(curve[$0 * length..<($0 + 1) * length]) }
    }

    // MARK: - Checkpoints

    func write(to checkpoint: inout Checkpoint) {
        checkpoint.set("targets", targets)
        checkpoint.set("scores", scores)
        checkpoint.set("positions", positions)
        for (name, values) in zip(contents.names, named) { checkpoint.set("number/" + name, values) }
        checkpoint.set("random-seeds", randomSeeds)
        checkpoint.set("deletion", deletion)
        checkpoint.set("insertion", insertion)
        checkpoint.set("constant", isConstant)
    }

    init?(_ checkpoint: Checkpoint, _ contents: Contents) {
        let named = contents.names.compactMap { checkpoint.array("number/" + $0, of: Float.self) }
        guard let targets = checkpoint.array("targets", of: Int.self),
            let scores = checkpoint.array("scores", of: Double.self),
            let positions = checkpoint.array("positions", of: Int.self),
            let randomSeeds = checkpoint.array("random-seeds", of: Int.self),
            let deletion = checkpoint.array("deletion", of: Float.self),
            let insertion = checkpoint.array("insertion", of: Float.self),
            let isConstant = checkpoint.array("constant", of: UInt8.self),
            case let count = targets.count, scores.count == count, isConstant.count == count,
            positions.count == (contents.hasPositions ? 2 * count : 0),
            named.count == contents.names.count, named.allSatisfy({ $0.count == count }),
            randomSeeds.count == (contents.hasRandomSeeds ? count : 0),
            deletion.count == contents.fractions.count * count, insertion.count == deletion.count
        else { return nil }
        (self.targets, self.scores, self.positions, self.named) = (targets, scores, positions, named)
        (self.randomSeeds, self.deletion, self.insertion) = (randomSeeds, deletion, insertion)
        (self.isConstant, self.contents) = (isConstant, contents)
    }

    // MARK: - Files

    /// Makes the datasets, to be filled by ``fill(_:)``.
    /// - Parameter count: of all images.
    func createDatasets(in output: HDF5Output, count: Int) throws {
        func create(_ path: String, _ type: HDF5ElementType, _ shape: [Int] = [], axes: [String] = []) throws {
            try output.name(
                output.file.createDataset(
                    path, type, shape: [count] + shape, layout: HDF5Layout(isAllocatedEarly: true)),
                ["samples"] + axes)
        }
        try create("/target", .int64)
        try create("/score", .float64)
        if contents.hasPositions { try create("/position", .int64, [2], axes: ["row_column"]) }
        for name in contents.names { try create("/" + name, .float32) }
        if contents.hasRandomSeeds { try create("/randomized_weights_seed", .int64) }
        guard contents.steps != nil else { return }
        for name in ["/deletion", "/insertion"] {
            try create(name, .float32, [contents.fractions.count], axes: ["fractions"])
            try create(name + "_area", .float32)
        }
        try output.write(contents.fractions, to: "/fractions", axes: ["fractions"])
    }

    func fill(_ file: HDF5File) throws {
        func write<Number: HDF5Number>(_ path: String, _ values: [Number]) throws {
            let writer = HDF5RowWriter(continuing: try file.dataset(path))
            try values.withUnsafeBufferPointer { try writer.append($0) }
        }
        try write("/target", targets)
        try write("/score", scores)
        if contents.hasPositions { try write("/position", positions) }
        for (name, values) in zip(contents.names, named) { try write("/" + name, values) }
        if contents.hasRandomSeeds { try write("/randomized_weights_seed", randomSeeds) }
        guard contents.steps != nil else { return }
        try write("/deletion", deletion)
        try write("/deletion_area", areas(deletion))
        try write("/insertion", insertion)
        try write("/insertion_area", areas(insertion))
    }
}
