public import Tensors

/// All that the making of a styled image has to remember: saved and restored, it goes on bit for bit.
public struct StyleState: Sendable {
    /// One number for each value of the image, which is its logistic function.
    var parameters: Tensor
    var memory: AscentMemory = [:]
    /// The terms of the loss at the start and after each step, as `StyledImage.losses`.
    public internal(set) var losses: [[Float]] = []
    var snapshots: [Tensor] = []

    init(start: Tensor) { parameters = start }

    /// Steps done.
    public var iteration: Int { max(losses.count - 1, 0) }

    /// Whether two steps in a row changed nothing: there is nothing left to gain.
    var isAtRest: Bool { losses.count > 3 && losses.suffix(3).allSatisfy { $0 == losses.last } }

    private static let memoryPrefix = "memory/"

    /// The state as named tensors, for a file.
    public var tensors: [String: Tensor] {
        var result = ["parameters": parameters]
        for (name, tensor) in memory.stacked { result[Self.memoryPrefix + name] = tensor }
        if !losses.isEmpty { result["losses"] = Tensor.stack(losses.map { Tensor(shape: [$0.count], $0) }) }
        if !snapshots.isEmpty { result["snapshots"] = Tensor.stack(snapshots) }
        return result
    }

    /// Reads what `tensors` gave; `nil` where something is missing or shapes do not go together.
    public init?(tensors: [String: Tensor]) {
        guard let parameters = tensors["parameters"], let losses = tensors["losses"], losses.rank == 2 else {
            return nil
        }
        self.init(start: parameters)
        self.losses = (0..<losses.shape[0]).map { losses.row($0).scalars }
        snapshots = tensors["snapshots"].map { all in (0..<all.shape[0]).map { all.row($0) } } ?? []
        var stacked: [String: Tensor] = [:]
        for (name, tensor) in tensors where name.hasPrefix(Self.memoryPrefix) {
            stacked[String(name.dropFirst(Self.memoryPrefix.count))] = tensor
        }
        guard
            (Array(stacked.values) + (tensors["snapshots"].map { [$0] } ?? [])).allSatisfy({ tensor in
                Array(tensor.shape.dropFirst()) == parameters.shape
            })
        else { return nil }
        memory = AscentMemory(stacked: stacked)
    }
}
