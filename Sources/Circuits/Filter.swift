import NeuralNetwork
import Tensors

/// One filter of a convolution: where it stands, and which input channels it reads.
struct Filter {
    let node: Int
    let index: Int
    let convolution: Convolution
    /// `[inputChannels / groups, height, width]`.
    let weights: Tensor
    let bias: Float

    /// - Throws: `CircuitError` when the layer is unknown or no convolution, or has no such filter.
    init(_ index: Int, of layer: String, in model: Model) throws(CircuitError) {
        (node, convolution) = try Self.place(index, of: layer, in: model.network)
        self.index = index
        weights = model.tensor("weight", of: layer)!.row(index)
        bias = convolution.hasBias ? model.tensor("bias", of: layer)![index] : 0
    }

    /// - Throws: `CircuitError` when the layer is unknown or no convolution, or has no such filter.
    static func place(
        _ index: Int, of layer: String, in network: Network
    ) throws(CircuitError) -> (node: Int, convolution: Convolution) {
        let node: Int
        do throws(NetworkError) { node = try network.index(of: layer) } catch { throw .network(error) }
        guard let convolution = network.nodes[node].layer as? Convolution else {
            throw .notAConvolution(
                layer: layer, kind: type(of: network.nodes[node].layer).kind,
                nearest: Self.convolutions(around: node, in: network))
        }
        guard index >= 0, index < convolution.outputChannels else {
            throw .filterOutOfRange(layer: layer, filter: index, count: convolution.outputChannels)
        }
        return (node, convolution)
    }

    /// The input channels that the filter reads: all, or those of its group.
    var inputChannels: Range<Int> {
        let count = convolution.inputChannels / convolution.groups
        let group = index / (convolution.outputChannels / convolution.groups)
        return group * count..<(group + 1) * count
    }

    private static func convolutions(around node: Int, in network: Network) -> [String] {
        let places = network.nodes.indices.filter { network.nodes[$0].layer is Convolution }
        return [places.last { $0 < node }, places.first { $0 > node }].compactMap { $0 }.map { network.nodes[$0].name }
    }
}
