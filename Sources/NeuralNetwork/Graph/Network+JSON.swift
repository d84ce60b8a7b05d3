public import JSONValues

extension Network {
    /// The longest text of a network that is read, in bytes: ten times what ten thousand layers need.
    public static let textLimit = 4 << 20

    /// Reads a network file.
    ///
    /// ```json
    /// { "name": "tiny", "input": [1, 28, 28], "layers": [
    ///     { "name": "conv", "kind": "convolution", "in_channels": 1, "out_channels": 8, "kernel": 3 },
    ///     { "name": "relu", "kind": "relu" },
    ///     { "name": "sum", "kind": "addition", "inputs": ["conv", "relu"] } ] }
    /// ```
    /// A layer without `inputs` takes the output of the layer before it, the first one the network's input, which is
    /// also called `input`. An `alias` is a second name for a layer.
    public init(json: JSONValue) throws(NetworkError) {
        guard let object = json.object else { throw .badFile("a network is a JSON object, not \(json.inWords)") }
        for key in object.keys where !["$schema", "name", "description", "input", "layers"].contains(key) {
            throw .badFile("a network has no key '\(key)'; the keys are name, description, input, layers")
        }
        guard let name = object["name"]?.string else { throw .badFile("the network has no 'name'") }
        guard let input = object["input"]?.array, case let shape = input.compactMap(\.int), shape.count == 3,
            input.count == 3, shape.allSatisfy({ $0 > 0 && $0 <= 1 << 16 })
        else { throw .badFile("'input' is not a list of channels, height and width") }
        guard let layers = object["layers"]?.array else { throw .badFile("the network has no list 'layers'") }

        var positions: [String: Int] = [:]
        var nodes: [Node] = []
        for (index, layer) in layers.enumerated() {
            let node = try Self.node(from: layer, at: index, positions: positions)
            positions[node.name] = index
            nodes.append(node)
        }
        try self.init(name: name, inputShape: shape, nodes: nodes)
    }

    private static func node(from json: JSONValue, at index: Int, positions: [String: Int]) throws(NetworkError) -> Node
    {
        guard let object = json.object, let name = object["name"]?.string, let kind = object["kind"]?.string else {
            throw .badFile("layers[\(index)] is not an object with 'name' and 'kind'")
        }
        guard let type = LayerKinds.byName[kind] else {
            throw .unknownKind(layer: name, kind: kind, known: LayerKinds.all.map { $0.kind })
        }
        var inputs: [Source] = [index == 0 ? .networkInput : .node(index - 1)]
        if let given = object["inputs"] {
            guard let list = given.array, case let names = list.compactMap(\.string), names.count == list.count else {
                throw .wrongSetting(layer: name, key: "inputs", expected: "a list of layer names")
            }
            inputs = []
            for source in names {
                if let position = positions[source] {
                    inputs.append(.node(position))
                } else if source == "input" {
                    inputs.append(.networkInput)
                } else {
                    throw .unknownInput(layer: name, input: source, known: ["input"] + positions.keys.sorted())
                }
            }
        }
        let alias = object["alias"]?.string
        guard alias != nil || object["alias"] == nil else {
            throw .wrongSetting(layer: name, key: "alias", expected: "a name")
        }
        let settings = JSONObject(object.filter { !["name", "alias", "kind", "inputs"].contains($0.0) })
        return Node(
            name: name, alias: alias, layer: try type.init(settings: LayerSettings(layer: name, settings)),
            inputs: inputs)
    }

    /// The network as a file holds it.
    public var json: JSONValue {
        let layers = nodes.enumerated().map { index, node -> JSONValue in
            var object: JSONObject = ["name": .string(node.name)]
            if let alias = node.alias { object["alias"] = .string(alias) }
            object["kind"] = .string(type(of: node.layer).kind)
            let usual: [Source] = [index == 0 ? .networkInput : .node(index - 1)]
            if node.inputs != usual {
                object["inputs"] = .strings(
                    node.inputs.map {
                        switch $0 {
                        case .networkInput: "input"
                        case .node(let position): nodes[position].name
                        }
                    })
            }
            for (key, value) in node.layer.settings { object[key] = value }
            return .object(object)
        }
        return [
            "name": .string(name), "input": .array(inputShape.map { .integer($0) }), "layers": .array(layers),
        ]
    }
}
