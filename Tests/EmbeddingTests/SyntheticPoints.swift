import Tensors

/// Normal clusters around random centres 10 apart; the label of a sample is its index modulo `clusters`.
func clusteredPoints(samples: Int, features: Int, clusters: Int, seed: Int) -> Tensor {
    let random = CounterRandom(seed: seed)
    return Tensor(uninitialized: [samples, features]) { target in
        for sample in 0..<samples {
            for feature in 0..<features {
                let center = 10 * random.stream("center")[sample % clusters].normal(feature)
                target[sample * features + feature] = center + random[sample].normal(feature)
            }
        }
    }
}

/// Points of a map: clusters, scaled so that the first coordinate spans `span`.
func clusteredMap(samples: Int, span: Float, seed: Int) -> Tensor {
    let map = clusteredPoints(samples: samples, features: 2, clusters: 40, seed: seed)
    let columns = (0..<samples).map { map[$0, 0] }
    let factor = span / (columns.max()! - columns.min()!)
    return map * factor
}
