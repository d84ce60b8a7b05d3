/// What is maximized for a target: the weighted terms of all its images, less how alike the images are.
struct TargetObjective: Sendable {
    private struct Part: Sendable {
        let node: Int
        let weight: Float
        let objective: any Objective
    }

    /// What the terms come to for some images.
    struct Sums {
        /// One for each image.
        var values: [Double]
        /// What the images are charged for being alike.
        var charge = 0.0
        /// Mean magnitude of what the layer answers in which images are not to be alike.
        var answerSize = 0.0

        init(images: Int) { values = Array(repeating: 0, count: images) }
    }

    private let parts: [Part]
    private let diversity: Diversity?

    /// - Parameters:
    ///   - nodes: positions of the layers by name.
    ///   - shapes: of the layers' outputs, by position.
    ///   - diversity: weight of the term for being alike; looks at the layer of the first term.
    init(
        _ target: TargetUnit, nodes: [String: Int], shapes: [Int: [Int]], diversity: Float?
    ) throws(MaximizationError) {
        var parts: [Part] = []
        for term in target.terms {
            let node = nodes[term.layer]!
            parts.append(Part(node: node, weight: term.weight, objective: try term.objective(shape: shapes[node]!)))
        }
        self.parts = parts
        self.diversity = diversity.map {
            Diversity(node: parts[0].node, weight: $0, channels: shapes[parts[0].node]![0])
        }
    }

    /// Adds what the terms of one layer come to, and to `gradient` how the whole changes with the layer's answers.
    ///
    /// - Parameters:
    ///   - activations: of all images, `[images, …]`.
    ///   - scale: what the weight of being alike is counted in.
    ///   - gradient: of the same shape.
    func evaluate(
        _ node: Int, _ activations: UnsafeBufferPointer<Float>, scale: Float, to sums: inout Sums,
        addingSlopeTo gradient: UnsafeMutableBufferPointer<Float>
    ) {
        let images = sums.values.count
        let count = activations.count / images
        for part in parts where part.node == node {
            for image in 0..<images {
                let own = image * count..<(image + 1) * count
                sums.values[image] +=
                    Double(part.weight)
                    * part.objective.evaluate(
                        UnsafeBufferPointer(rebasing: activations[own]), weight: part.weight,
                        addingSlopeTo: UnsafeMutableBufferPointer(rebasing: gradient[own]))
            }
        }
        if let diversity, diversity.node == node {
            sums.charge += diversity.charge(activations, images: images, scale: scale, slopeOff: gradient)
            sums.answerSize = activations.reduce(0.0) { $0 + Double(abs($1)) } / Double(activations.count)
        }
    }
}
