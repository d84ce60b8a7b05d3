import JSONValues

/// What can be wrong with the description of a network or with the tensors that fill it.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
    case missingSetting(layer: String, key: String)
    case wrongSetting(layer: String, key: String, expected: String)
    case unknownSetting(layer: String, key: String, known: [String])
    case unknownKind(layer: String, kind: String, known: [String])
    case unknownLayer(String, known: [String])
    case unknownInput(layer: String, input: String, known: [String])
    case repeatedName(String)
    case badName(String, reason: String)
    case noLayers
    case badFile(String)
    case wrongInputCount(layer: String, expected: String, found: Int)
    case shapeMismatch(layer: String, expected: String, found: [Int])
    case shapesDiffer(layer: String, [[Int]])
    case emptyOutput(layer: String, input: [Int])
    case tooLarge(layer: String)
    case tooManyParameters(layer: String)
    case missingParameters([String])
    case wrongParameterShape(name: String, expected: [Int], found: [Int])
    case nonFiniteParameter(name: String)
    case negativeVariance(name: String)
    case wrongInput(expected: [Int], found: [Int])
    case noClassifier

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .missingSetting(let layer, let key): "layer '\(layer)' lacks the setting '\(key)'"
        case .wrongSetting(let layer, let key, let expected): "setting '\(key)' of layer '\(layer)' is not \(expected)"
        case .unknownSetting(let layer, let key, let known):
            "layer '\(layer)' has no setting '\(key)'" + suggestion(key, known)
        case .unknownKind(let layer, let kind, let known):
            "layer '\(layer)' is of the unknown kind '\(kind)'" + suggestion(kind, known)
        case .unknownLayer(let name, let known):
            name.contains(where: "*?".contains)
                ? "no layer of the network matches '\(name)'"
                : "the network has no layer '\(name)'" + suggestion(name, known)
        case .unknownInput(let layer, let input, let known):
            "layer '\(layer)' takes its input from '\(input)', which is no earlier layer" + suggestion(input, known)
        case .repeatedName(let name): "two layers are called '\(name)'"
        case .badName(let name, let reason): "a layer cannot be called \(name.prefix(40).debugDescription): \(reason)"
        case .noLayers: "the network has no layers"
        case .badFile(let reason): reason
        case .wrongInputCount(let layer, let expected, let found):
            "layer '\(layer)' takes \(expected), but \(found) are given"
        case .shapeMismatch(let layer, let expected, let found):
            "layer '\(layer)' takes \(expected), but its input has shape \(found)"
        case .shapesDiffer(let layer, let shapes):
            "the inputs of layer '\(layer)' do not fit together: " + shapes.map { "\($0)" }.joined(separator: ", ")
        case .emptyOutput(let layer, let input): "nothing is left of an input of shape \(input) after layer '\(layer)'"
        case .tooLarge(let layer): "layer '\(layer)' would hold more than 2³¹ numbers"
        case .tooManyParameters(let layer): "with layer '\(layer)', the network has more than 2³³ parameters"
        case .missingParameters(let names):
            "the weights lack "
                + (names.count <= 4
                    ? names.joined(separator: ", ")
                    : names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more")
        case .wrongParameterShape(let name, let expected, let found):
            "'\(name)' has shape \(found), but the network needs \(expected)"
        case .nonFiniteParameter(let name): "'\(name)' holds NaN or infinite numbers"
        case .negativeVariance(let name): "'\(name)' holds negative numbers, and a variance has none"
        case .wrongInput(let expected, let found): "the network takes images of shape \(expected), not \(found)"
        case .noClassifier: "the network's last layer with weights is neither fully connected nor a plain convolution"
        }
    }

    /// How to mend it.
    public var fix: String {
        switch self {
        case .missingSetting(_, let key): "add '\(key)'"
        case .wrongSetting(_, let key, let expected): "write \(expected) for '\(key)'"
        case .unknownSetting(_, _, let known):
            known.isEmpty ? "remove it; this kind has no settings" : "the settings are \(known.joined(separator: ", "))"
        case .unknownKind(_, _, let known): "the kinds are \(known.joined(separator: ", "))"
        case .unknownLayer(_, let known) where known.count <= 20: "the layers are \(known.joined(separator: ", "))"
        case .unknownLayer(_, let known):
            "the layers are \(known.prefix(6).joined(separator: ", ")), …, \(known.last!); 'convscope layers' lists them"
        case .unknownInput: "name 'input' or a layer that stands before it"
        case .repeatedName: "give each layer a name of its own"
        case .badName: "use letters, digits, dots, dashes and underscores, as in 'features.14'"
        case .noLayers: "add layers"
        case .badFile: "compare with a network file under Configs/"
        case .wrongInputCount: "correct 'inputs'"
        case .shapeMismatch, .shapesDiffer: "correct the sizes of this layer or of the one before it"
        case .emptyOutput: "use larger images, or remove pooling or stride"
        case .tooLarge: "use smaller images or fewer channels"
        case .tooManyParameters: "use fewer channels or features"
        case .missingParameters: "use weights that were saved from this architecture"
        case .wrongParameterShape: "use weights that were saved from this architecture"
        case .nonFiniteParameter, .negativeVariance: "train again, or load another file"
        case .wrongInput(let expected, let found):
            "resize and crop the images to \(expected.dropFirst().map(String.init).joined(separator: "×"))"
                + channels(from: found.first, to: expected.first)
        case .noClassifier: "end the network with a fully connected layer"
        }
    }
}

private func channels(from found: Int?, to expected: Int?) -> String {
    guard found != expected else { return "" }
    return expected == 1 ? " and make them gray" : expected == 3 ? " and make them RGB" : ""
}

private func suggestion(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
}
