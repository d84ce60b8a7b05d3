import NeuralNetwork
import Pipeline
import UnitStatistics

/// Units that a stage is asked about: channels of a layer that parameters name, or a list that another stage made.
enum UnitChoice {
    /// Finds, before a run, what is wrong with the parameters 'layer' and 'filters' and the input beside them.
    static func check(
        layer: String?, filters: [Int]?, _ units: OptionalInput<UnitsArtifact>, _ model: Input<ModelArtifact>,
        _ io: CheckIO
    ) {
        if (layer == nil) == !io.isConnected(units) {
            io.problem(
                layer == nil
                    ? "neither 'layer' nor the input '\(units.name)' says which units are meant"
                    : "both 'layer' and the input '\(units.name)' say which units are meant",
                fix: layer == nil
                    ? "add \"layer\" to the parameters, or connect '\(units.name)'" : "remove one of them")
        }
        guard let layer, let network = io.description(of: model)?.network else { return }
        do throws(NetworkError) {
            let count = network.shapes[try network.index(of: layer)][0]
            for (index, filter) in (filters ?? []).enumerated() where filter >= count {
                io.problem(
                    parameter: "filters[\(index)]",
                    "'\(layer)' has no channel \(filter); its \(count) channels count from 0",
                    fix: "choose channels in 0...\(count - 1)")
            }
        } catch {
            io.problem(parameter: "layer", error.what, fix: error.fix)
        }
    }

    /// The units, in the order in which they are asked for.
    /// - Throws: `StageError` where the list is empty or names what the network has not.
    static func units(
        layer: String?, filters: [Int]?, _ input: OptionalInput<UnitsArtifact>, of network: Network, _ io: StageIO
    ) throws -> [NetworkUnit] {
        if let layer {
            let count = network.shapes[try network.index(of: layer)][0]
            return try (filters ?? Array(0..<count)).map { try NetworkUnit(layer: layer, channel: $0, of: network) }
        }
        let place = "input '\(input.name)'"
        guard let units = try io.read(input)?.units, !units.isEmpty else {
            throw StageError(
                "it names no units", fix: "change the stage it comes from, or name 'layer' instead", place: place)
        }
        return try units.map { unit in
            let count = network.shapes[try network.index(of: unit.layer)][0]
            guard 0..<count ~= unit.index else {
                throw StageError(
                    "'\(unit.layer)' has no channel \(unit.index); its \(count) channels count from 0",
                    fix: "take the units from a stage that has the same network", place: place)
            }
            return try NetworkUnit(layer: unit.layer, channel: unit.index, of: network)
        }
    }
}
