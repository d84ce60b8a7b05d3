import Pipeline

/// What every reduction checks before a run about the points it takes.
struct PointsCheck {
    /// Number of samples and features, where known.
    private(set) var samples: Int?
    private(set) var features: Int?

    init(_ io: CheckIO, _ input: Input<PointSource>, layer: String?, limit: Int?) {
        self.init(io, io.description(of: input), layer: layer, limit: limit)
    }

    init(_ io: CheckIO, _ description: PointSource.Description?, layer: String?, limit: Int?) {
        switch description {
        case .dataset(let dataset)?:
            samples = dataset.count
            features = dataset.sampleShape.reduce(1, *)
            if layer != nil {
                io.problem(
                    parameter: "layer", "images have no layers", fix: "remove 'layer', or reduce activations instead")
            }
        case .activations(let activations)?:
            samples = activations.count
            do {
                let name = try LayerOfActivations.resolve(layer, among: activations.layers.map(\.layer)).name
                features = activations.layers.first { $0.layer.name == name }!.shape.reduce(1, *)
            } catch let error as StageError {
                io.problem(parameter: "layer", error.what, fix: error.fix)
            } catch {}
        case .embedding(let embedding)?:
            samples = embedding.count
            features = embedding.dimensions
        case nil: break
        }
        if let limit, let all = samples { samples = min(limit, all) }
        if let samples, let features {
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
}
