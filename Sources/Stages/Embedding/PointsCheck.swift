import Pipeline

/// What every reduction checks before a run about the points it takes.
struct PointsCheck {
    /// Number of samples and features, where known.
    private(set) var samples: Int?
    private(set) var features: Int?

    /// - Parameter isStreamed: whether so many samples of so many features need not be in memory at once.
    init(
        _ io: CheckIO, _ input: ListInput<PointSource>, _ choice: PointsParameters,
        isStreamed: (_ samples: Int, _ features: Int) -> Bool = { _, _ in false }
    ) {
        self.init(io, input, choice, limit: choice.limit, isStreamed: isStreamed)
    }

    init(
        _ io: CheckIO, _ input: ListInput<PointSource>, _ choice: PointsParameters, limit: Int?,
        isStreamed: (_ samples: Int, _ features: Int) -> Bool = { _, _ in false }
    ) {
        let sources = io.descriptions(of: input)
        let parts = sources.map { $0.flatMap { Self.part($0, choice, io) } }
        if !sources.isEmpty, sources.allSatisfy({ if case .dataset? = $0 { true } else { false } }) {
            Self.refuseLayers(choice, io)
        }
        if !parts.contains(where: { $0 == nil }) { features = parts.reduce(0) { $0 + $1!.features } }
        let held = sources.compactMap { source -> [LayerOfActivations]? in
            guard case .activations(let activations)? = source else { return nil }
            return activations.layers.map(\.layer)
        }
        if !sources.contains(where: { $0 == nil }), let (index, error) = choice.missing(among: held) {
            io.problem(parameter: "layers[\(index)]", error.what, fix: error.fix)
        }
        let counts = parts.compactMap { $0?.samples }
        samples = counts.first
        if let first = counts.first, let other = counts.first(where: { $0 != first }), limit ?? .max > min(first, other)
        {
            io.problem(
                input: input, "\(first) samples cannot stand beside \(other)",
                fix: "connect what was made of the same samples, or set 'limit' to at most \(min(first, other))")
        }
        if let limit, let all = samples { samples = min(limit, all) }
        if let samples, let features, !isStreamed(samples, features) {
            let needed = MemoryLimit.bytes(of: samples, features)
            if needed > MemoryLimit.bytes {
                io.problem(
                    parameter: "limit",
                    "\(samples) points of \(features) features take \(MemoryLimit.words(needed)), more than the "
                        + "\(MemoryLimit.words(MemoryLimit.bytes)) of memory here",
                    fix: "set 'limit' to at most \(max(MemoryLimit.bytes / MemoryLimit.bytes(of: features) / 2, 1)), "
                        + "use smaller images, or extract activations with 'pool'")
            }
        }
    }

    /// What one source gives; `nil` where it is wrong, which is then said.
    private static func part(
        _ source: PointSource.Description, _ choice: PointsParameters, _ io: CheckIO
    ) -> (samples: Int?, features: Int)? {
        switch source {
        case .dataset(let dataset):
            return (dataset.count, dataset.sampleShape.reduce(1, *))
        case .activations(let activations):
            do {
                let chosen = try choice.chosen(among: activations.layers.map(\.layer)).map { layer in
                    choice.features(of: activations.layers.first { $0.layer.name == layer.name }!.shape)
                }
                return (activations.count, chosen.reduce(0, +))
            } catch let error as StageError {
                io.problem(parameter: "layer", error.what, fix: error.fix)
            } catch {}
            return nil
        case .embedding(let embedding): return (embedding.count, embedding.dimensions)
        }
    }

    /// Images have pixels only.
    private static func refuseLayers(_ choice: PointsParameters, _ io: CheckIO) {
        let named = [("layer", choice.layer != nil), ("layers", choice.layers != nil), ("pool", choice.pool != .none)]
        for (parameter, isThere) in named where isThere {
            io.problem(
                parameter: parameter, "images have no layers",
                fix: "remove '\(parameter)', or reduce activations instead")
        }
    }
}
