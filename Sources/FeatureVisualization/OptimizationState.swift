public import Tensors

/// All that the optimisation of one unit's images has to remember: saved and restored, it goes on bit for bit.
public struct OptimizationState: Sendable {
    /// Number of images that are optimised together.
    public let variants: Int
    /// In the shape that the parameterization gives them; those of several images stand along a first axis.
    public internal(set) var parameters: Tensor
    /// What the optimizer remembers.
    public internal(set) var memory: AscentMemory
    /// What the unit answered to each image at each step, without penalties; the images of a step stand together.
    public internal(set) var objective: [Float]
    /// What the images together were charged for at each step.
    public internal(set) var charge: [Float] = []
    /// Largest objective less penalties so far, and the parameters that it was measured at.
    public internal(set) var best: Float
    public internal(set) var bestParameters: Tensor
    /// Number of steps that had led to `bestParameters`.
    public internal(set) var bestIteration: Int
    /// Images kept so far, `[channels, height, width]` or several along a first axis, in the order of their iterations.
    public internal(set) var snapshots: [Tensor]
    /// Whether the objective or its gradient stopped being a number; nothing is changed from then on.
    public internal(set) var isBroken: Bool
    /// What the weight of images being alike is counted in; it stays through all attempts.
    public let diversityScale: Float
    /// What the learning rate is multiplied by: less than 1 after attempts that ran too far.
    public internal(set) var rate: Float = 1
    /// Whether this attempt begins from a larger start and with redirected ReLUs for longer.
    public internal(set) var isRevived = false
    /// How earlier attempts ended, that did not go well; they have no earlier ones themselves.
    public internal(set) var earlier: [OptimizationState] = []

    /// Number of steps done.
    public var iteration: Int { objective.count / variants }

    /// What the unit answered to one of the images at each step.
    func objective(of variant: Int) -> [Float] {
        stride(from: variant, to: objective.count, by: variants).map { objective[$0] }
    }

    package init(start: Tensor, variants: Int = 1, diversityScale: Float = 1) {
        (self.variants, self.diversityScale) = (variants, diversityScale)
        parameters = start
        memory = [:]
        objective = []
        best = -.infinity
        bestParameters = start
        bestIteration = 0
        snapshots = []
        isBroken = false
    }
}

extension OptimizationState {
    private static let memoryPrefix = "memory/"
    private static let earlierPrefix = "earlier/"

    /// The state as named tensors, for a file.
    public var tensors: [String: Tensor] {
        var result = [
            "parameters": parameters,
            "objective": Tensor(shape: [iteration, variants], objective), "best_parameters": bestParameters,
            "charge": Tensor(shape: [iteration], charge),
            "numbers": Tensor(
                shape: [6],
                [best, Float(bestIteration), isBroken ? 1 : 0, diversityScale, rate, isRevived ? 1 : 0]),
        ]
        for (name, tensor) in memory.stacked { result[Self.memoryPrefix + name] = tensor }
        for (attempt, state) in earlier.enumerated() {
            for (name, tensor) in state.tensors { result["\(Self.earlierPrefix)\(attempt)/\(name)"] = tensor }
        }
        if !snapshots.isEmpty { result["snapshots"] = Tensor.stack(snapshots) }
        return result
    }

    /// Reads what `tensors` gave.
    /// - Throws: `MaximizationError` naming the tensor that is missing or of another shape than the rest.
    public init(tensors: [String: Tensor], of unit: TargetUnit) throws(MaximizationError) {
        func tensor(_ name: String, _ shape: [Int]?) throws(MaximizationError) -> Tensor {
            guard let tensor = tensors[name] else { throw .stateLacks(unit: unit.description, tensor: name) }
            guard let shape, tensor.shape != shape else { return tensor }
            throw .stateHasOtherShape(unit: unit.description, tensor: name, expected: shape, found: tensor.shape)
        }
        parameters = try tensor("parameters", nil)
        var remembered: [String: Tensor] = [:]
        for (name, tensor) in tensors where name.hasPrefix(Self.memoryPrefix) {
            let expected = [tensor.shape.first ?? 1] + parameters.shape
            guard tensor.shape == expected else {
                throw .stateHasOtherShape(
                    unit: unit.description, tensor: name, expected: expected, found: tensor.shape)
            }
            remembered[String(name.dropFirst(Self.memoryPrefix.count))] = tensor
        }
        memory = AscentMemory(stacked: remembered)
        bestParameters = try tensor("best_parameters", parameters.shape)
        let objective = try tensor("objective", nil)
        guard objective.rank == 2, objective.shape[1] > 0 else {
            throw .stateHasOtherShape(
                unit: unit.description, tensor: "objective", expected: [objective.count, 1], found: objective.shape)
        }
        (self.objective, variants) = (objective.scalars, objective.shape[1])
        charge = try tensor("charge", [objective.shape[0]]).scalars
        let numbers = try tensor("numbers", [6])
        (best, bestIteration, isBroken) = (numbers[0], Int(numbers[1]), numbers[2] == 1)
        (diversityScale, rate, isRevived) = (numbers[3], numbers[4], numbers[5] == 1)
        snapshots = tensors["snapshots"].map { all in (0..<all.shape[0]).map { all.row($0) } } ?? []
        while tensors["\(Self.earlierPrefix)\(earlier.count)/parameters"] != nil {
            let prefix = "\(Self.earlierPrefix)\(earlier.count)/"
            let own = tensors.filter { $0.key.hasPrefix(prefix) }
            earlier.append(
                try OptimizationState(
                    tensors: Dictionary(
                        uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) }), of: unit)
            )
        }
    }
}
