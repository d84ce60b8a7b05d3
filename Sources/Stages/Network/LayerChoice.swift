import NeuralNetwork
import Pipeline

/// Layers that a parameter names, by name or shell-style pattern.
enum LayerChoice {
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
