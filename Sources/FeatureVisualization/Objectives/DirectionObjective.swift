/// The mean cosine between a direction and the vectors of all channels at some positions; 0 where such a vector is zero.
///
/// Source: Olah et al., "The building blocks of interpretability", Distill 2018.
struct DirectionObjective: Objective {
    /// Of length 1, one component for each channel.
    private let direction: [Double]
    /// Row-major places in a map.
    private let places: Range<Int>
    /// Positions of a map.
    private let mapCount: Int

    /// - Parameter direction: not zero everywhere.
    init(direction: [Float], places: Range<Int>, mapCount: Int) {
        let length = direction.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        self.direction = direction.map { Double($0) / length }
        (self.places, self.mapCount) = (places, mapCount)
    }

    func evaluate(
        _ activation: UnsafeBufferPointer<Float>, weight: Float,
        addingSlopeTo gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        var sum = 0.0
        for place in places {
            var (product, square) = (0.0, 0.0)
            for (channel, component) in direction.enumerated() {
                let value = Double(activation[channel * mapCount + place])
                product += component * value
                square += value * value
            }
            guard square > 0 else { continue }
            let length = square.squareRoot()
            let cosine = product / length
            sum += cosine
            let scale = Double(weight) / (length * Double(places.count))
            for (channel, component) in direction.enumerated() {
                let index = channel * mapCount + place
                gradient[index] += Float(scale * (component - cosine * Double(activation[index]) / length))
            }
        }
        return sum / Double(places.count)
    }
}
