import NeuralNetwork

/// All ways from a layer (or the network's input) to a later layer, made linear: functions of single numbers are left
/// out, and max pooling gives the mean.
struct LinearizedPath {
    /// The network up to the later layer; positions of layers are those of the original.
    let network: Network
    let origin: Network.Source
    let target: Int
    /// Layers that were left out: ReLUs and their kin.
    let bypassed: [String]
    /// Max poolings that give the mean.
    let averaged: [String]

    /// - Throws: `CircuitError` where the later layer does not depend on the earlier one, the earlier one gives no
    ///   maps, or a pooling has no average.
    init(from upstream: String?, to layer: String, in network: Network) throws(CircuitError) {
        let (target, origin, whole): (Int, Network.Source, Network)
        do throws(NetworkError) {
            target = try network.index(of: layer)
            if let upstream { origin = .node(try network.index(of: upstream)) } else { origin = .networkInput }
            whole = try network.upTo(target)
        } catch { throw .network(error) }
        let fields = whole.receptiveFields(in: origin)
        if case .node(let index) = origin {
            guard index < target, fields[target] != nil else {
                throw .notUpstream(
                    of: network.nodes[target].name, network.nodes[index].name,
                    nearest: Self.convolutions(before: target, in: whole))
            }
            guard network.shapes[index].count == 3 else {
                throw .noMaps(layer: network.nodes[index].name, shape: network.shapes[index])
            }
        }
        let behind = whole.ancestors(of: [target])
        var nodes = whole.nodes
        var (bypassed, averaged): ([String], [String]) = ([], [])
        for (index, node) in whole.nodes.enumerated() where fields[index] != nil && behind.contains(index) {
            if Self.isBend(node.layer) {
                nodes[index] = node.with(LeakyReLU(slope: 1))
                bypassed.append(node.name)
            } else if let pooling = node.layer as? MaxPooling {
                guard pooling.pool.dilation == [1, 1] else { throw .noAverage(layer: node.name) }
                nodes[index] = node.with(pooling.average)
                averaged.append(node.name)
            }
        }
        (self.origin, self.target, self.bypassed, self.averaged) = (origin, target, bypassed, averaged)
        do throws(NetworkError) {
            self.network = try Network(name: network.name, inputShape: network.inputShape, nodes: nodes)
        } catch { throw .network(error) }
    }

    /// Whether a layer is the ReLU, or one of those that took its place.
    private static func isBend(_ layer: any Layer) -> Bool {
        layer is ReLU || layer is LeakyReLU || layer is Clip || layer is SiLU || layer is Hardswish
    }

    private static func convolutions(before target: Int, in network: Network) -> [String] {
        network.ancestors(of: [target]).subtracting([target]).sorted(by: >)
            .filter { network.nodes[$0].layer is Convolution }.prefix(2).map { network.nodes[$0].name }
    }
}

extension MaxPooling {
    /// The mean of the same windows, of what is not padding.
    fileprivate var average: AveragePooling {
        AveragePooling(
            kernel: pool.kernel, stride: pool.stride, padding: pool.padding, trailingPadding: pool.trailingPadding,
            ceilingMode: ceilingMode, countsPadding: false)
    }
}

extension Network.Node {
    /// The same place with another layer in it.
    fileprivate func with(_ layer: any Layer) -> Network.Node {
        Network.Node(name: name, alias: alias, layer: layer, inputs: inputs)
    }
}
