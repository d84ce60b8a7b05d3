import JSONValues

/// The layers of a Keras model in an order in which each comes after its inputs; models within models are unfolded.
struct KerasGraph {
    struct Layer {
        /// With the names of the models around it: `inner.conv2d_1`. Slashes are dots.
        let name: String
        /// `Conv2D`, ….
        let kind: String
        let config: JSONValue
        /// Names of layers before it; `nil` stands for the images.
        let inputs: [String?]
        /// How it is called in the model.
        let call: KerasCall
        let origin: Origin
    }

    /// Where the layer's variables are.
    struct Origin {
        /// Its name in the innermost model.
        let name: String
        /// The name of the layer of the outermost model that it is or belongs to.
        let outermost: String
        /// Its group in a file of Keras 3: `layers/sequential/layers/conv2d_1`.
        let group: String
    }

    private(set) var layers: [Layer] = []
    /// The layer that gives the model's output.
    private(set) var output = ""
    /// Channels last, without the batch; `nil` where the model does not say, as a whole or a length.
    private(set) var inputShape: [Int?]?

    private let path: String

    init(_ model: JSONValue, path: String) throws(ModelFileError) {
        self.path = path
        guard let output = try unfold(model, within: nil, inputs: [nil]) else {
            throw error("the model gives back its input", fix: "save a model that has layers")
        }
        self.output = output
    }

    // MARK: - Unfolding

    private struct Surroundings {
        let prefix: String
        let outermost: String
        let group: String
        let depth: Int
    }

    /// Appends the layers of a model.
    /// - Returns: the name of the layer that gives its output; `nil` where that is the input itself.
    private mutating func unfold(
        _ model: JSONValue, within surroundings: Surroundings?, inputs: [String?]
    ) throws(ModelFileError) -> String? {
        guard (surroundings?.depth ?? 0) < 16 else {
            throw error("models within models, more than 16 deep", fix: "save a flatter model")
        }
        let kind = model["class_name"]?.string ?? ""
        let config = model["config"] ?? .null
        // Keras 1 and early Keras 2 have the list itself as the configuration of a Sequential.
        guard let list = config["layers"]?.array ?? config.array else {
            throw error("the model '\(kind)' has no list of layers", fix: "save a Sequential or Functional model")
        }
        switch kind {
        case "Sequential":
            if inputShape == nil { inputShape = Self.shape(config["build_input_shape"]) }
            return try unfoldSequence(list, within: surroundings, inputs: inputs)
        case "Functional", "Model":
            return try unfoldGraph(list, outputs: config["output_layers"], within: surroundings, inputs: inputs)
        default:
            throw error(
                "a model of the class '\(kind)' is computed by code that is not in the file",
                fix: "build it as a Sequential or Functional model, or export it to ONNX")
        }
    }

    private mutating func unfoldSequence(
        _ list: [JSONValue], within surroundings: Surroundings?, inputs: [String?]
    ) throws(ModelFileError) -> String? {
        var groups = GroupNames()
        var inputs = inputs
        for layer in list {
            let name = layer["config"]?["name"]?.string ?? layer["name"]?.string ?? ""
            let call = KerasCall(.null)
            inputs = [try append(layer, named: name, call, inputs, within: surroundings, &groups)]
        }
        return inputs[0]
    }

    private mutating func unfoldGraph(
        _ list: [JSONValue], outputs: JSONValue?, within surroundings: Surroundings?, inputs: [String?]
    ) throws(ModelFileError) -> String? {
        var groups = GroupNames()
        // What each layer of this model comes to; `nil` for its input, where that are the images.
        var ends: [String: String?] = [:]
        let openings = list.count { $0["class_name"]?.string == "InputLayer" }
        guard openings < 2 else {
            throw error(
                "the model has \(openings) inputs", fix: "save a model that computes one output from one image")
        }
        for layer in list {
            let name = layer["name"]?.string ?? layer["config"]?["name"]?.string ?? ""
            let calls = layer["inbound_nodes"]?.array ?? []
            guard calls.count <= 1 else {
                throw error(
                    "layer '\(name)' is used \(calls.count) times", fix: "save a model that uses each layer once")
            }
            let call = KerasCall(calls.first ?? .null)
            var sources: [String?] = []
            for source in call.sources {
                guard let end = ends[source] else {
                    throw error(
                        "layer '\(name)' reads '\(source)', which is no layer before it"
                            + (nearestName(to: source, in: ends.keys).map { "; did you mean '\($0)'?" } ?? ""),
                        fix: "the file is damaged: save it again")
                }
                sources.append(end)
            }
            if sources.isEmpty { sources = inputs }
            let end = try append(layer, named: name, call, sources, within: surroundings, &groups)
            ends.updateValue(end, forKey: name)
        }
        // `[["dense", 0, 0]]`, or `["dense", 0, 0]`.
        let names = (outputs?.array ?? []).compactMap { $0.array?.first?.string ?? $0.string }
        guard names.count == 1, let end = ends[names[0]] else {
            throw error(
                names.count > 1 ? "the model has \(names.count) outputs" : "the model does not say what its output is",
                fix: "save a model with one output: keras.Model(model.input, model.get_layer(…).output)")
        }
        return end
    }

    /// Appends a layer, or what is in it.
    /// - Returns: the name of what gives its output; `nil` for the images.
    private mutating func append(
        _ layer: JSONValue, named name: String, _ call: KerasCall, _ inputs: [String?],
        within surroundings: Surroundings?, _ groups: inout GroupNames
    ) throws(ModelFileError) -> String? {
        let kind = layer["class_name"]?.string ?? ""
        let config = layer["config"] ?? .null
        let group = (surroundings.map { $0.group + "/" } ?? "") + "layers/" + groups.next(kind)
        let dotted = (surroundings?.prefix ?? "") + name.split(separator: "/").joined(separator: ".")
        let outermost = surroundings?.outermost ?? name
        if inputShape == nil { inputShape = Self.shape(config["batch_shape"] ?? config["batch_input_shape"]) }
        switch kind {
        case "InputLayer": return inputs[0]
        case "Sequential", "Functional", "Model":
            return try unfold(
                layer,
                within: Surroundings(
                    prefix: dotted + ".", outermost: outermost, group: group, depth: (surroundings?.depth ?? 0) + 1),
                inputs: inputs)
        default:
            layers.append(
                Layer(
                    name: dotted, kind: kind, config: config, inputs: inputs, call: call,
                    origin: Origin(name: name, outermost: outermost, group: group)))
            return dotted
        }
    }

    // MARK: - Parts of the configuration

    /// `[null, 32, 32, 3]` without the batch.
    private static func shape(_ value: JSONValue?) -> [Int?]? {
        guard let list = value?.array?.dropFirst(), !list.isEmpty else { return nil }
        return list.map(\.int)
    }

    private func error(_ what: String, fix: String) -> ModelFileError { ModelFileError(path: path, what, fix: fix) }
}

/// How Keras 3 names the groups of the layers of a model: by class, with a number from the second on.
private struct GroupNames {
    private var counts: [String: Int] = [:]

    mutating func next(_ kind: String) -> String {
        let name = Self.snakeCase(kind)
        let count = counts[name, default: 0]
        counts[name] = count + 1
        return count == 0 ? name : "\(name)_\(count)"
    }

    /// `LeakyReLU` to `leaky_re_lu`: an underscore before a capital letter that a small one precedes or follows.
    private static func snakeCase(_ kind: String) -> String {
        let letters = Array(kind)
        var result = ""
        for (index, letter) in letters.enumerated() {
            let isStart =
                index > 0 && letter.isUppercase
                && (letters[index - 1].isLowercase || index + 1 < letters.count && letters[index + 1].isLowercase)
            if isStart { result += "_" }
            result += letter.lowercased()
        }
        return result
    }
}
