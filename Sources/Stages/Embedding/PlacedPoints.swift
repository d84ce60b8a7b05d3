import Pipeline
import Tensors

/// Points that a reduction places into a finished map.
enum PlacedPoints {
    /// Checks before a run that they have the features of those the map is made of.
    /// - Returns: how many they are, where that is known.
    static func check(
        _ input: ListInput<PointSource>, features: Int?, _ choice: PointsParameters, _ io: CheckIO
    ) -> Int? {
        guard io.isConnected(input) else { return nil }
        let others = PointsCheck(io, input, choice, limit: nil)
        if let features, let own = others.features, own != features {
            io.problem(
                input: input, "\(own) features cannot be placed among points of \(features)",
                fix: "connect points of the same kind and size")
        }
        return others.samples
    }

    /// Reads them, where they are connected, and writes where they come.
    /// - Parameter place: positions `[count, dimensions]` of points `[count, features]`.
    static func place(
        _ input: ListInput<PointSource>, _ choice: PointsParameters, besideFeatures features: Int,
        to output: Output, _ io: StageIO, _ place: (Tensor) throws -> Tensor
    ) throws {
        let sources = try io.read(input)
        guard !sources.isEmpty else { return }
        let others = try PointSource.stream(of: sources, choice, limit: nil, threads: io.threads).collected(io)
        guard others.values.shape[1] == features else {
            throw StageError(
                "\(others.values.shape[1]) features cannot be placed among points of \(features)",
                fix: "connect points of the same kind and size", place: "input '\(input.name)'")
        }
        let file = try HDF5Output(output, io)
        try file.write(place(others.values), to: "/embedding", axes: ["samples", "dimensions"])
        try file.writeSamples(labels: others.labels, classNames: others.classNames, sampleIDs: others.sampleIDs)
        try file.close()
    }
}
