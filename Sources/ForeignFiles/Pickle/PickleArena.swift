/// Where the containers and calls of a pickle live, by index: no references, so no cycles and no deep releases.
struct PickleArena: Sendable {
    struct Call: Sendable {
        let global: Int
        /// Always a tuple.
        let arguments: PickleValue
        var state: PickleValue?
        /// What was appended to the result.
        var elements: [PickleValue] = []
        /// Keys and values set on the result, in turn.
        var pairs: [PickleValue] = []
    }

    /// Elements of lists, tuples and sets; keys and values of dictionaries in turn.
    private(set) var nodes: [[PickleValue]] = []
    private(set) var calls: [Call] = []
    /// Identifiers of what lies outside.
    private(set) var identifiers: [PickleValue] = []
    private(set) var globals: [String] = []
    private(set) var unescaped: [UInt8] = []
    private var globalIndices: [String: Int] = [:]

    mutating func node(_ elements: [PickleValue]) -> PickleReference {
        nodes.append(elements)
        return PickleReference(index: nodes.count - 1)
    }

    mutating func append(_ elements: some Sequence<PickleValue>, to node: PickleReference) {
        nodes[node.index].append(contentsOf: elements)
    }

    mutating func call(_ global: PickleReference, _ arguments: PickleValue) -> PickleValue {
        calls.append(Call(global: global.index, arguments: arguments))
        return .call(PickleReference(index: calls.count - 1))
    }

    mutating func append(_ elements: some Sequence<PickleValue>, toCall call: PickleReference) {
        calls[call.index].elements.append(contentsOf: elements)
    }

    mutating func set(_ pairs: some Sequence<PickleValue>, onCall call: PickleReference) {
        calls[call.index].pairs.append(contentsOf: pairs)
    }

    mutating func setState(_ state: PickleValue, ofCall call: PickleReference) { calls[call.index].state = state }

    mutating func persistent(_ identifier: PickleValue) -> PickleValue {
        identifiers.append(identifier)
        return .persistent(PickleReference(index: identifiers.count - 1))
    }

    mutating func global(_ name: String) -> PickleValue {
        if let index = globalIndices[name] { return .global(PickleReference(index: index)) }
        globals.append(name)
        globalIndices[name] = globals.count - 1
        return .global(PickleReference(index: globals.count - 1))
    }

    mutating func keep(_ bytes: [UInt8]) -> PickleBytes {
        unescaped += bytes
        return PickleBytes(start: unescaped.count - bytes.count, count: bytes.count, isUnescaped: true)
    }
}
