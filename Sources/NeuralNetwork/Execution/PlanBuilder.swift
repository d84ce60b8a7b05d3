import COneDNN

/// Turns a network and a request into the steps of a plan. Layers add their own steps through it.
public final class PlanBuilder {
    let model: Model
    let network: Network
    let request: PlanRequest

    private(set) var steps: [Step] = []
    private(set) var slots: [Slot] = []
    private(set) var constants: [Constant] = []
    private(set) var weightGradients: [(name: String, shape: [Int], slot: Int)] = []
    private(set) var batchStatistics: [BatchStatistics] = []
    /// Slots that outlive the steps which touch them.
    private(set) var keptSlots: Set<Int> = []
    private(set) var inputSlot = -1

    private let fusion: Fusion
    private let needed: Set<Int>
    private let differentiated: Set<Int>
    private var values: [Network.Source: Value] = [:]
    private var contributions: [Network.Source: [Value]] = [:]
    private var saved: [Int: [String: Value]] = [:]
    private var savedPrimitives: [Int: Primitive] = [:]

    init(model: Model, request: PlanRequest) throws(NetworkError) {
        precondition(request.batch > 0, "a batch of \(request.batch) samples")
        guard let deepest = request.goals.max() else { preconditionFailure("a plan without anything to look at") }
        network = try model.network.upTo(deepest, inputShape: request.inputShape)
        self.model = model
        self.request = request
        needed = network.ancestors(of: request.goals)
        differentiated = Differentiation(network: network, request: request).nodes
        fusion = Fusion(network: network, request: request, needed: needed)
    }

    func build() {
        inputSlot = slot(.plain([request.batch] + network.inputShape))
        keptSlots.insert(inputSlot)
        values[.networkInput] = Value(slot: inputSlot, layout: slots[inputSlot].layout)
        for node in network.nodes.indices where needed.contains(node) && !fusion.isAbsorbed(node) {
            network.nodes[node].layer.appendForward(node, to: self)
            appendActivationTaps(fusion.tail(of: node))
        }
        guard !differentiated.isEmpty else { return }
        for node in network.nodes.indices.reversed() where needed.contains(node) && !fusion.isAbsorbed(node) {
            if differentiated.contains(node) {
                network.nodes[node].layer.appendBackward(node, to: self)
            } else if differentiated.contains(fusion.tail(of: node)) {
                _ = outputGradient(node)  // only looked at: nothing flows on
            }
        }
        if request.inputGradient {
            let gradient = plain(gradient(at: .networkInput))
            append(.tap(.inputGradient, slot: gradient.slot), reads: [gradient.slot])
        }
    }

    // MARK: - What layers ask

    /// What runs inside this node's computation.
    func absorbed(by node: Int) -> Fusion.Parts { fusion.absorbed(by: node) }

    /// The ReLU among them.
    func relu(_ parts: Fusion.Parts) -> ReLU? { parts.relu.map { network.nodes[$0].layer as! ReLU } }

    /// Whether anything flows back through a node's input.
    func wantsGradient(_ source: Network.Source) -> Bool {
        switch source {
        case .networkInput: request.inputGradient
        case .node(let node): differentiated.contains(node)
        }
    }

    /// Whether the gradient of this node's own parameters is wanted.
    func wantsWeightGradients(_ node: Int) -> Bool { request.weightGradients && differentiated.contains(node) }

    /// Shape of a node's output with the batch axis.
    func shape(_ node: Int) -> [Int] { [request.batch] + network.shapes[node] }

    /// The node's first input.
    func input(_ node: Int) -> Value { value(network.nodes[node].inputs[0]) }

    func value(_ source: Network.Source) -> Value {
        guard let value = values[source] else { preconditionFailure("the value of \(source) is not computed yet") }
        return value
    }

    /// Declares what a node (or the last node absorbed by it) computes.
    func setOutput(_ value: Value, of node: Int) { values[.node(fusion.tail(of: node))] = value }

    /// The output that a node's computation left, after what it absorbed.
    func output(_ node: Int) -> Value { saved(node, "output") }

    /// Keeps a value of the forward computation for the backward one.
    func save(_ value: Value, _ name: String, for node: Int) { saved[node, default: [:]][name] = value }

    func saved(_ node: Int, _ name: String) -> Value {
        guard let value = saved[node]?[name] else { preconditionFailure("node \(node) saved no value '\(name)'") }
        return value
    }

    func savedIfAny(_ node: Int, _ name: String) -> Value? { saved[node]?[name] }

    func save(_ primitive: Primitive, for node: Int) { savedPrimitives[node] = primitive }

    func savedPrimitive(_ node: Int) -> Primitive? { savedPrimitives[node] }

    /// Full name of a node's parameter.
    func parameterName(_ node: Int, _ name: String) -> String { network.nodes[node].name + "." + name }

    // MARK: - Memory

    /// New memory of a layout.
    func slot(_ layout: Layout) -> Int {
        slots.append(Slot(layout: layout, byteCount: layout.byteCount, place: .arena(offset: 0)))
        return slots.count - 1
    }

    func newValue(_ layout: Layout) -> Value { Value(slot: slot(layout), layout: layout) }

    /// Memory that all workspaces share, filled from the weights whenever they change.
    func constant(
        _ layout: Layout, _ prepare: @escaping @Sendable (UnsafeMutableRawPointer, any WeightSource) -> Void
    ) -> Value {
        append(.prepared(AlignedMemory(byteCount: layout.byteCount), prepare), layout)
    }

    /// A node's parameter where it lies, in row-major order.
    func parameter(_ node: Int, _ name: String, shape: [Int]) -> Value {
        append(.lent(parameterName(node, name)), .plain(shape))
    }

    private func append(_ constant: Constant, _ layout: Layout) -> Value {
        constants.append(constant)
        slots.append(
            Slot(layout: layout, byteCount: layout.byteCount, place: .constant(index: constants.count - 1)))
        return Value(slot: slots.count - 1, layout: layout)
    }

    /// Declares that a slot holds the gradient of a parameter after a run.
    func setWeightGradient(_ value: Value, of node: Int, _ name: String, shape: [Int]) {
        keptSlots.insert(value.slot)
        weightGradients.append((parameterName(node, name), shape, value.slot))
    }

    /// Declares where a batch normalisation leaves mean and biased variance of a training batch, as doubles.
    func setBatchStatistics(_ value: Value, of node: Int, channels: Int, paddedChannels: Int, positions: Int) {
        keptSlots.insert(value.slot)
        let layer = network.nodes[node]
        batchStatistics.append(
            BatchStatistics(
                layer: layer.name, momentum: (layer.layer as! BatchNormalization).momentum, channels: channels,
                positions: positions, slot: value.slot, varianceOffset: paddedChannels))
    }

    // MARK: - Steps

    func append(_ action: Step.Action, reads: [Int], writes: [Int] = []) {
        steps.append(Step(action: action, reads: reads, writes: writes))
    }

    /// A primitive whose arguments are given as oneDNN's numbers and values.
    func append(_ primitive: Primitive, reads: [(Int32, Value)], writes: [(Int32, Value)]) {
        append(
            .primitive(primitive, (reads + writes).map { ($0.0, $0.1.slot) }), reads: reads.map(\.1.slot),
            writes: writes.map(\.1.slot))
    }

    /// The value in a layout, copied if it lies in another.
    func value(_ value: Value, in layout: Layout) -> Value {
        if value.layout == layout { return value }
        let copy = newValue(layout)
        append(
            Primitive(reorderFrom: value.layout, to: layout), reads: [(DNNL_ARG_FROM, value)],
            writes: [(DNNL_ARG_TO, copy)])
        return copy
    }

    /// The value in row-major order.
    func plain(_ value: Value) -> Value { self.value(value, in: .plain(value.layout.shape)) }

    /// The value in one of the two layouts that our own loops know: row-major, or channels in blocks.
    func usual(_ value: Value) -> Value {
        value.layout.isPlain ? value : self.value(value, in: .blocked(value.layout.shape))
    }

    private func appendActivationTaps(_ node: Int) {
        let source = Network.Source.node(node)
        if request.replacedActivations.contains(node) {
            let original = value(source)
            let copy = newValue(.plain(original.layout.shape))
            append(
                Primitive(reorderFrom: original.layout, to: copy.layout), reads: [(DNNL_ARG_FROM, original)],
                writes: [(DNNL_ARG_TO, copy)])
            append(.tap(.activation(node), slot: copy.slot), reads: [copy.slot], writes: [copy.slot])
            values[source] = copy
        } else if request.activations.contains(node) {
            let copy = plain(value(source))
            append(.tap(.activation(node), slot: copy.slot), reads: [copy.slot])
        }
    }

    // MARK: - Gradients

    /// Adds a gradient that flows back into a value.
    func addGradient(_ gradient: Value, to source: Network.Source) {
        contributions[source, default: []].append(gradient)
    }

    /// The gradient at the output of a node (or of the last node absorbed by it): all contributions added up.
    func outputGradient(_ node: Int) -> Value { gradient(at: .node(fusion.tail(of: node))) }

    private func gradient(at source: Network.Source) -> Value {
        var parts = contributions[source] ?? []
        if case .node(let node) = source, request.seeds.contains(node) {
            let seed = newValue(.plain(shape(node)))
            append(.tap(.seed(node), slot: seed.slot), reads: [], writes: [seed.slot])
            parts.append(seed)
        }
        guard var sum = parts.first else { preconditionFailure("no gradient reaches \(source)") }
        for part in parts.dropFirst() { sum = append(sumOf: sum, and: value(part, in: sum.layout)) }
        if case .node(let node) = source, request.gradients.contains(node) {
            let copy = newValue(.plain(sum.layout.shape))
            append(
                Primitive(reorderFrom: sum.layout, to: copy.layout), reads: [(DNNL_ARG_FROM, sum)],
                writes: [(DNNL_ARG_TO, copy)])
            append(.tap(.gradient(node), slot: copy.slot), reads: [copy.slot], writes: [copy.slot])
            sum = copy
        }
        return sum
    }
}
