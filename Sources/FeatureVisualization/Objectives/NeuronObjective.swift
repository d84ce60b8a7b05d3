/// The activation of a channel at one position.
struct NeuronObjective: Objective {
    /// Row-major place of the neuron in the layer's activation.
    let index: Int

    func evaluate(_ activation: UnsafeBufferPointer<Float>, gradient: UnsafeMutableBufferPointer<Float>) -> Float {
        gradient[index] = 1
        return activation[index]
    }
}
