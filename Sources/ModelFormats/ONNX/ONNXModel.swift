import ForeignFiles

/// What an ONNX file holds, as far as it is needed to run a network: its graph, with names for values.
///
/// The file is walked once; the numbers of tensors and of attributes stay where they are until they are asked for.
///
/// Source: onnx/onnx, `onnx/onnx.proto` (the numbers of the fields).
struct ONNXModel: Sendable {
    /// The program that wrote it; empty when it does not say.
    let producer: String
    /// Version of the standard operators.
    let opset: Int
    /// Free text by key.
    let metadata: [String: String]
    let nodes: [ONNXNode]
    /// In the order of the file, each name once.
    let initializers: [ONNXTensor]
    /// What nodes of the kind `Constant` make.
    let constants: [ONNXTensor]
    let inputs: [ONNXValueInfo]
    /// Names of the outputs.
    let outputs: [String]

    /// Whether bytes are fields of an ONNX model from the first to the last: a graph and a version.
    static func isONNX(_ bytes: ForeignBytes) -> Bool {
        var fields = ProtobufFields(bytes)
        var found: Set<Int> = []
        do {
            while let field = try fields.next() {
                guard field.number <= 25 else { return false }
                switch field.number {
                case 1: _ = try field.integer
                case 7, 8: _ = try field.bytes
                default: break
                }
                found.insert(field.number)
            }
        } catch { return false }
        return found.contains(7) && (found.contains(1) || found.contains(8))
    }

    init(_ file: ForeignBytes) throws(ForeignFileError) {
        var budget = ONNXBudget(file)
        var (producer, opset) = ("", 1)
        var metadata: [String: String] = [:]
        var graph: ForeignBytes?
        var fields = ProtobufFields(file)
        while let field = try fields.next() {
            switch field.number {
            case 2: producer = try budget.text(field)
            case 7: graph = try field.bytes
            case 8:
                let (domain, version) = try Self.operatorSet(field.bytes)
                if domain.isEmpty || domain == "ai.onnx" { opset = version }
            case 14:
                let (key, value) = try ONNXTensor.pair(field.bytes, &budget)
                metadata[key] = value
            default: break
            }
        }
        guard let graph else { throw file.error(at: 0, "is no ONNX model: it has no graph") }
        guard 1...30 ~= opset else {
            throw file.error(
                at: 0, "uses version \(opset) of the ONNX operators, which is not known",
                fix: "export the model with an opset of 7 to 22")
        }
        self.producer = producer
        self.opset = opset
        self.metadata = metadata

        var nodes: [ONNXNode] = []
        var (initializers, constants): ([ONNXTensor], [ONNXTensor]) = ([], [])
        var inputs: [ONNXValueInfo] = []
        var outputs: [String] = []
        var names: Set<String> = []
        var parts = ProtobufFields(graph)
        while let field = try parts.next() {
            switch field.number {
            case 1:
                let node = try ONNXNode(field.bytes, &budget)
                nodes.append(node)
                guard node.operation == "Constant", let output = node.outputs.first,
                    let value = try node.attributes["value"]?.tensor
                else { break }
                constants.append(try ONNXTensor(value, name: output, &budget))
            case 5:
                let tensor = try ONNXTensor(field.bytes, &budget)
                guard names.insert(tensor.name).inserted else {
                    throw try field.bytes.error(at: 0, "two initializers are called '\(tensor.name.prefix(80))'")
                }
                initializers.append(tensor)
            case 11: inputs.append(try ONNXValueInfo(field.bytes, &budget))
            case 12: outputs.append(try ONNXValueInfo(field.bytes, &budget).name)
            case 15:
                throw try field.bytes.error(
                    at: 0, "an initializer is sparse, which is not read", fix: "export the model with dense weights")
            default: break
            }
        }
        self.nodes = nodes
        self.initializers = initializers
        self.constants = constants
        self.inputs = inputs
        self.outputs = outputs
    }

    private static func operatorSet(_ message: ForeignBytes) throws(ForeignFileError) -> (String, Int) {
        var (domain, version) = ("", 1)
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            switch field.number {
            case 1: domain = try field.text
            case 2: version = try field.integer
            default: break
            }
        }
        return (domain, version)
    }
}

/// How much memory the nodes and names of a file may still take: what they take must be in proportion to the file.
///
/// A message of two bytes can stand for a node or a name of a hundred, so a small file could fill any memory.
struct ONNXBudget {
    private var left: Int

    init(_ file: ForeignBytes) { left = 16 << 20 + 4 * file.count }

    mutating func charge(_ bytes: Int, for message: ForeignBytes) throws(ForeignFileError) {
        left -= bytes
        guard left >= 0 else {
            throw message.error(at: 0, "the file holds more nodes and names than a file of its size can have")
        }
    }

    mutating func text(_ field: ProtobufField) throws(ForeignFileError) -> String {
        let bytes = try field.bytes
        try charge(16 + bytes.count, for: bytes)
        return bytes.text
    }
}

/// An input of the graph.
struct ONNXValueInfo: Sendable {
    let name: String
    /// One length for each axis, `nil` where it is left open; `nil` as a whole where nothing is said.
    let shape: [Int?]?

    init(_ message: ForeignBytes, _ budget: inout ONNXBudget) throws(ForeignFileError) {
        var name = ""
        var shape: [Int?]?
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            switch field.number {
            case 1: name = try budget.text(field)
            case 2:
                guard let tensor = try Self.bytes(ofField: 1, in: field.bytes),
                    let dimensions = try Self.bytes(ofField: 2, in: tensor)
                else { break }
                shape = try Self.shape(dimensions)
            default: break
            }
        }
        try budget.charge(64, for: message)
        self.name = name
        self.shape = shape
    }

    private static func shape(_ message: ForeignBytes) throws(ForeignFileError) -> [Int?] {
        var shape: [Int?] = []
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            guard field.number == 1 else { continue }
            guard shape.count < ONNXTensor.largestRank else { throw message.error(at: 0, "a value has too many axes") }
            var length: Int?
            var parts = ProtobufFields(try field.bytes)
            while let part = try parts.next() {
                if part.number == 1 { length = try part.integer }
            }
            shape.append(length)
        }
        return shape
    }

    private static func bytes(ofField number: Int, in message: ForeignBytes) throws(ForeignFileError) -> ForeignBytes? {
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            if field.number == number { return try field.bytes }
        }
        return nil
    }
}
