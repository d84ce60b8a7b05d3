import ForeignFiles

/// One operation of the graph.
struct ONNXNode: Sendable {
    /// Empty where the exporter gave none.
    let name: String
    /// `Conv`; with its domain before it where it is not a standard one: `com.microsoft.FusedConv`.
    let operation: String
    /// Names of the modules that the node was part of, as PyTorch's newer exporter notes them: a Python list.
    let scopes: String
    /// Names of values; an empty one stands for an input that is left out.
    let inputs: [String]
    let outputs: [String]
    /// By name.
    let attributes: [String: ONNXAttribute]

    init(_ message: ForeignBytes, _ budget: inout ONNXBudget) throws(ForeignFileError) {
        try budget.charge(192, for: message)
        var (name, operation, domain, scopes) = ("", "", "", "")
        var (inputs, outputs): ([String], [String]) = ([], [])
        var attributes: [String: ONNXAttribute] = [:]
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            switch field.number {
            case 1: inputs.append(try budget.text(field))
            case 2: outputs.append(try budget.text(field))
            case 3: name = try budget.text(field)
            case 4: operation = try budget.text(field)
            case 5:
                let attribute = ONNXAttribute(message: try field.bytes)
                try budget.charge(64, for: attribute.message)
                attributes[try attribute.name(&budget)] = attribute
            case 7: domain = try budget.text(field)
            case 9:
                let (key, value) = try ONNXTensor.pair(field.bytes, &budget)
                if key == "pkg.torch.onnx.name_scopes" { scopes = value }
            default: break
            }
        }
        self.name = name
        self.scopes = scopes
        self.operation = domain.isEmpty || domain == "ai.onnx" ? operation : domain + "." + operation
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }

    /// How messages call it: by its name if it has one, and always by what it makes.
    var inWords: String {
        let output = outputs.first { !$0.isEmpty } ?? ""
        let place = name.isEmpty || name == output ? "" : "node '\(name.prefix(120))', "
        return "\(operation.prefix(80)) (\(place)output '\(output.prefix(120))')"
    }
}

/// A setting of a node, decoded when it is asked for.
struct ONNXAttribute: Sendable {
    let message: ForeignBytes

    fileprivate func name(_ budget: inout ONNXBudget) throws(ForeignFileError) -> String {
        try last(1).map { field throws(ForeignFileError) in try budget.text(field) } ?? ""
    }

    var integer: Int? { get throws(ForeignFileError) { try last(3)?.integer } }
    var float: Float? { get throws(ForeignFileError) { try last(2)?.float } }
    var text: String? { get throws(ForeignFileError) { try last(4)?.text } }
    var tensor: ForeignBytes? { get throws(ForeignFileError) { try last(5)?.bytes } }

    /// - Throws: when there are more than 16 of them: no list that shapes a layer is longer.
    var integers: [Int] {
        get throws(ForeignFileError) {
            var result: [Int] = []
            var fields = ProtobufFields(message)
            while let field = try fields.next() {
                guard field.number == 8 else { continue }
                var numbers = try field.integers
                while let number = try numbers.next() {
                    guard result.count < ONNXConstant.mostIntegers else {
                        throw message.error(at: 0, "an attribute has more than \(ONNXConstant.mostIntegers) numbers")
                    }
                    result.append(number)
                }
            }
            return result
        }
    }

    /// As protocol buffers have it, the last of several counts.
    private func last(_ number: Int) throws(ForeignFileError) -> ProtobufField? {
        var found: ProtobufField?
        var fields = ProtobufFields(message)
        while let field = try fields.next() {
            if field.number == number { found = field }
        }
        return found
    }
}
