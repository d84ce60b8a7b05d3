import JSONValues
import Pipeline
import Tensors

/// Which numbers of its sources a reduction takes as points.
struct PointsParameters: ParameterGroup {
    /// What is kept of a map.
    enum Pool: String, ParameterChoice { case none, mean, max }

    @Parameter("Layer of the activations; needed where there are several.") var layer: String?
    @Parameter("Layers of the activations side by side, their numbers joined; instead of 'layer'.") var layers:
        [String]?
    @Parameter("What is kept of each map of a layer: all of it, its mean or its maximum.") var pool: Pool = .none
    @Parameter("Takes at most that many samples, from the start.", in: 1...) var limit: Int?

    func validate() throws(ParameterError) {
        guard let layers else { return }
        guard layer == nil else {
            throw ParameterError(parameter: "layers", "stands beside 'layer'", fix: "remove one of them")
        }
        guard !layers.isEmpty else {
            throw ParameterError(parameter: "layers", "names no layer", fix: "name one, or remove 'layers'")
        }
        for (index, name) in layers.enumerated() where layers[..<index].contains(name) {
            throw ParameterError(
                path: JSONPath([.key("layers"), .index(index)]), "'\(name)' stands there twice",
                fix: "remove one of them")
        }
    }

    /// The layers that are taken of activations that hold `known`, in the order of the parameter.
    /// - Throws: `StageError` that lists the layers.
    func chosen(among known: [LayerOfActivations]) throws -> [LayerOfActivations] {
        let named = (layers ?? []).compactMap { try? LayerOfActivations.resolve($0, among: known) }
        return named.isEmpty ? [try LayerOfActivations.resolve(layer, among: known)] : named
    }

    /// The first of `layers` that none of several activations hold, and why.
    func missing(among known: [[LayerOfActivations]]) -> (index: Int, error: StageError)? {
        for (index, name) in (layers ?? []).enumerated() {
            var problem: StageError?
            for layers in known {
                do {
                    _ = try LayerOfActivations.resolve(name, among: layers)
                    problem = nil
                    break
                } catch {
                    problem = problem ?? error as? StageError
                }
            }
            if let problem { return (index, problem) }
        }
        return nil
    }

    /// Features of a layer whose activation has a shape for each sample.
    func features(of shape: [Int]) -> Int { pool == .none || shape.count < 3 ? shape.reduce(1, *) : shape[0] }

    /// Of each map of `[samples, channels, height, width]` what is kept; everything else as it is.
    func pooled(_ values: Tensor) -> Tensor {
        guard pool != .none, values.rank == 4 else { return values }
        let positions = values.shape[2] * values.shape[3]
        return Tensor(uninitialized: Array(values.shape.prefix(2))) { target in
            values.withUnsafeBufferPointer { source in
                for place in target.indices {
                    let map = source[place * positions..<(place + 1) * positions]
                    target[place] =
                        pool == .max ? map.max()! : Float(map.reduce(0.0) { $0 + Double($1) } / Double(positions))
                }
            }
        }
    }

    /// The points that a stage takes, to be read block by block.
    func stream(_ input: ListInput<PointSource>, _ io: StageIO) throws -> PointStream {
        try PointSource.stream(of: io.read(input), self, limit: limit, threads: io.threads)
    }

    /// The points that a stage takes, in memory.
    func read(_ input: ListInput<PointSource>, _ io: StageIO) throws -> PointSource.Points {
        try stream(input, io).collected(io)
    }
}
