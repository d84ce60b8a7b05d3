import JSONValues
import NeuralNetwork
import Pipeline

/// Layers that a parameter names, by name or shell-style pattern.
enum LayerChoice {
    /// Refuses an empty list, which would ask for no layer at all.
    static func validate(_ patterns: [String]) throws(ParameterError) {
        guard !patterns.isEmpty else {
            throw ParameterError(
                parameter: "layers", "names no layers",
                fix: "name a layer or pattern, or remove the key to take all layers")
        }
    }

    /// Refuses layers whose datasets would take the place of those that every file has.
    /// - Parameter more: names that this stage's file has besides.
    static func refuseReserved(
        _ nodes: [Int], of network: Network, parameter: String, besides more: [String] = [], _ io: CheckIO
    ) {
        let reserved = ["labels", "sample_ids", "predictions", "dimensions"] + more
        for node in nodes where reserved.contains(network.nodes[node].name) {
            io.problem(
                parameter: parameter,
                "the layer '\(network.nodes[node].name)' cannot be written: the HDF5 file has something else of that name",
                fix: "rename the layer in the network file, or leave it out of '\(parameter)'")
        }
    }

    /// Refuses an empty list of filters, and one that names a filter twice.
    static func validate(filters: [Int]?) throws(ParameterError) {
        guard filters?.isEmpty != true else {
            throw ParameterError(
                parameter: "filters", "names no filters", fix: "name a filter, or remove the key to take all filters")
        }
        for (index, filter) in (filters ?? []).enumerated() where filters!.prefix(index).contains(filter) {
            throw ParameterError(
                path: JSONPath("filters").appending(index), "names filter \(filter) a second time", fix: "remove it")
        }
    }

    /// Positions of the layers in network order, each once.
    /// - Throws: `NetworkError.unknownLayer` for the first pattern that matches none.
    static func nodes(_ patterns: [String], of network: Network) throws(NetworkError) -> [Int] {
        var found: Set<Int> = []
        for pattern in patterns { found.formUnion(try network.indices(matching: pattern)) }
        return found.sorted()
    }

    /// The same before a run: every pattern that matches none becomes a problem of the parameter.
    static func check(_ patterns: [String], of network: Network, parameter: String, _ io: CheckIO) -> [Int] {
        var found: Set<Int> = []
        for (index, pattern) in patterns.enumerated() {
            do throws(NetworkError) {
                found.formUnion(try network.indices(matching: pattern))
            } catch {
                io.problem(parameter: "\(parameter)[\(index)]", error.what, fix: error.fix)
            }
        }
        return found.sorted()
    }
}
