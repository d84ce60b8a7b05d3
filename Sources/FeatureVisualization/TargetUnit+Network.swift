public import NeuralNetwork

extension TargetUnit {
    /// `[channels, height, width]` of the images of this unit.
    ///
    /// The chosen size if there is one. Else the network's own, or less where all layers of the unit allow it: the largest
    /// receptive field, but at least 128 pixels, in steps of 16. A net for 28×28 images gets images of 28×28.
    /// - Parameter size: height and width in pixels.
    public func imageShape(in network: Network, size: Int?) throws(MaximizationError) -> [Int] {
        let nodes = try nodes(in: network)
        if let size {
            let shape = [network.inputShape[0], size, size]
            for (node, layer) in zip(nodes, layers) {
                do throws(NetworkError) { _ = try network.upTo(node, inputShape: shape) } catch {
                    throw .sizeDoesNotFit(
                        layer: layer, size: size, native: Array(network.inputShape.dropFirst()), error)
                }
            }
            return shape
        }
        let fields = nodes.compactMap { network.receptiveFields[$0].size?.max() }
        guard fields.count == nodes.count else { return network.inputShape }
        let side = max(128, (fields.max()! + 15) / 16 * 16)
        let shape = [network.inputShape[0]] + network.inputShape.dropFirst().map { min($0, side) }
        let fits = nodes.allSatisfy { (try? network.upTo($0, inputShape: shape)) != nil }
        return fits ? shape : network.inputShape
    }

    /// - Throws: `MaximizationError` where the network has no such layer, channel or position at that size.
    public func check(in network: Network, size: Int?) throws(MaximizationError) {
        let shape = try imageShape(in: network, size: size)
        for term in terms { try term.check(in: network, imageShape: shape) }
    }

    private func nodes(in network: Network) throws(MaximizationError) -> [Int] {
        var nodes: [Int] = []
        for layer in layers {
            do throws(NetworkError) { nodes.append(try network.index(of: layer)) } catch { throw .network(error) }
        }
        return nodes
    }
}

extension ObjectiveTerm {
    /// - Parameter imageShape: that reaches the layer, see ``TargetUnit/imageShape(in:size:)``.
    /// - Throws: `MaximizationError` where the layer has no such channel or position.
    public func check(in network: Network, imageShape: [Int]) throws(MaximizationError) {
        let node: Int
        do throws(NetworkError) { node = try network.index(of: layer) } catch { throw .network(error) }
        _ = try objective(shape: network.shape(of: node, inputShape: imageShape))
    }
}
