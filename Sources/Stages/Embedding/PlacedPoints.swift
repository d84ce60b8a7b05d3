import Pipeline
import Tensors

/// Points that a reduction places into a finished map.
enum PlacedPoints {
    /// Checks before a run that they have the features of those the map is made of.
    /// - Returns: how many they are, where that is known.
    static func check(
        _ input: OptionalInput<PointSource>, features: Int?, layer: String?, _ io: CheckIO
    ) -> Int? {
        guard io.isConnected(input) else { return nil }
        let others = PointsCheck(io, io.description(of: input), layer: layer, limit: nil)
        if let features, let own = others.features, own != features {
            io.problem(
                input: input, "\(own) features cannot be placed among points of \(features)",
                fix: "connect points of the same kind and size")
        }
        return others.samples
    }

    static func requireFeatures(of others: PointSource.Points, _ points: PointSource.Points) throws {
        guard others.values.shape[1] != points.values.shape[1] else { return }
        throw StageError(
            "\(others.values.shape[1]) features cannot be placed among points of \(points.values.shape[1])",
            fix: "connect points of the same kind and size", place: "input 'others'")
    }

    static func write(_ positions: Tensor, _ others: PointSource.Points, to output: Output, _ io: StageIO) throws {
        let file = try HDF5Output(output, io)
        try file.write(positions, to: "/embedding", axes: ["samples", "dimensions"])
        try file.writeSamples(labels: others.labels, classNames: others.classNames, sampleIDs: others.sampleIDs)
        try file.close()
    }
}
