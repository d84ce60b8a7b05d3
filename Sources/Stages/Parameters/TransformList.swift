import FeatureVisualization
import JSONValues
import Pipeline

/// Random changes of an image: a list by name, or `[{ "pad": 12 }, { "jitter": 8 }, { "scale": [0.9, 1.1] }]`.
enum TransformList: ParameterValue {
    /// Lucid's in measures of the image.
    case standard
    /// Lucid's as it stands, for images of about 128 pixels.
    case lucid
    case list([ImageTransform])

    /// `nil` for the list that depends on the size of the image.
    var transforms: [ImageTransform]? {
        switch self {
        case .standard: nil
        case .lucid: ImageTransform.lucid
        case .list(let transforms): transforms
        }
    }

    /// Longest side of what may be looked at, in pixels.
    private static let largestView = 4096

    /// Finds, before a run, padding that no memory could hold.
    /// - Parameter side: longest side of the images.
    func check(side: Int, parameter: String, _ io: CheckIO) {
        guard case .list(let transforms) = self else { return }
        var view = side
        for (index, transform) in transforms.enumerated() {
            switch transform {
            case .pad(let margin): view += 2 * margin
            case .jitter(let range): view = max(1, view - range)
            case .scale, .rotate, .blur: continue
            }
            guard view > max(side, Self.largestView) else { continue }
            io.problem(
                parameter: "\(parameter)[\(index)]",
                "images of \(side) pixels grow to \(view) here, and \(Self.largestView) is the most",
                fix: "pad by less")
            return
        }
    }

    private static let names = ["standard", "lucid", "none"]
    private static let keys = ["pad", "jitter", "scale", "rotate", "blur"]

    static var expectation: String {
        "\"standard\", \"lucid\", \"none\", or a list of { \"pad\": pixels }, { \"jitter\": pixels }, { \"scale\": [least, most] }, { \"rotate\": [least, most] }, { \"blur\": pixels }, or three numbers or more to choose from"
    }

    static var schema: JSONValue {
        func drawn(_ lower: Double, _ upper: Double) -> JSONValue {
            [
                "type": "array", "minItems": 2,
                "items": ["type": "number", "minimum": .number(lower), "maximum": .number(upper)],
            ]
        }
        let pixels: JSONValue = ["type": "integer", "minimum": 1, "maximum": .integer(mostPixels)]
        let transform: JSONValue = [
            "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
            "properties": [
                "pad": pixels, "jitter": pixels, "scale": drawn(scales.lowerBound, scales.upperBound),
                "rotate": drawn(angles.lowerBound, angles.upperBound),
                "blur": ["type": "number", "minimum": .number(blurs.lowerBound), "maximum": .number(blurs.upperBound)],
            ],
        ]
        return ["anyOf": [["enum": .strings(names)], ["type": "array", "items": transform]]]
    }

    private static let mostPixels = 512
    private static let scales = 0.1...10.0
    private static let angles = -360.0...360.0
    private static let blurs = 0.1...50.0

    init(json: JSONValue) throws(ParameterError) {
        if let name = json.string {
            switch name {
            case "standard": self = .standard
            case "lucid": self = .lucid
            case "none": self = .list([])
            default:
                let nearest = nearestName(to: name, in: Self.names).map { "; did you mean '\($0)'?" } ?? ""
                throw ParameterError("'\(name)' is no list of transforms\(nearest)", fix: "write \(Self.expectation)")
            }
            return
        }
        guard let elements = json.array else { throw Self.mismatch(json) }
        var transforms: [ImageTransform] = []
        for (index, element) in elements.enumerated() {
            do throws(ParameterError) { transforms.append(try Self.transform(element)) } catch {
                throw ParameterError(path: JSONPath([.index(index)]).appending(error.path), error.what, fix: error.fix)
            }
        }
        self = .list(transforms)
    }

    private static func transform(_ json: JSONValue) throws(ParameterError) -> ImageTransform {
        guard let members = json.object, members.count == 1 else {
            throw ParameterError(
                "expected an object with one key, found \(json.inWords)",
                fix: "write { \"\(keys[0])\": … } with one of \(keys.joined(separator: ", "))")
        }
        let (key, value) = (members.keys[0], members.values[0])
        do throws(ParameterError) {
            switch key {
            case "pad": return .pad(try pixels(value))
            case "jitter": return .jitter(try pixels(value))
            case "scale": return .scale(try drawn(value, within: scales))
            case "rotate": return .rotate(try drawn(value, within: angles))
            case "blur": return .blur(try number(Double(json: value), within: blurs))
            default: break
            }
        } catch { throw ParameterError(path: JSONPath(key).appending(error.path), error.what, fix: error.fix) }
        let nearest = nearestName(to: key, in: keys).map { "; did you mean '\($0)'?" } ?? ""
        throw ParameterError(
            path: JSONPath(key), "there is no transform '\(key)'\(nearest)",
            fix: "write one of \(keys.joined(separator: ", "))")
    }

    private static func pixels(_ json: JSONValue) throws(ParameterError) -> Int {
        let count = try Int(json: json)
        guard 1...mostPixels ~= count else {
            throw ParameterError("\(count) is outside 1...\(mostPixels)", fix: "write a number of pixels in that range")
        }
        return count
    }

    /// Two numbers are the ends of an interval, more are those to choose from.
    private static func drawn(
        _ json: JSONValue, within limits: ClosedRange<Double>
    ) throws(ParameterError) -> DrawnNumber {
        let numbers = try [Double](json: json)
        for (index, value) in numbers.enumerated() {
            do throws(ParameterError) { _ = try number(value, within: limits) } catch {
                throw ParameterError(path: JSONPath([.index(index)]), error.what, fix: error.fix)
            }
        }
        if numbers.count > 2 { return .oneOf(numbers) }
        guard numbers.count == 2, numbers[0] <= numbers[1] else {
            throw ParameterError(
                "expected [least, most], found \(json.canonicalText)",
                fix: "write two numbers in order, or three or more to choose from")
        }
        return .within(numbers[0]...numbers[1])
    }

    private static func number(
        _ number: Double, within limits: ClosedRange<Double>
    ) throws(ParameterError) -> Double {
        guard limits.contains(number) else {
            throw ParameterError("\(number) is outside \(limits)", fix: "choose a value in that range")
        }
        return number
    }

    var json: JSONValue {
        switch self {
        case .standard: "standard"
        case .lucid: "lucid"
        case .list([]): "none"
        case .list(let transforms): .array(transforms.map(\.json))
        }
    }
}

extension ImageTransform {
    fileprivate var json: JSONValue {
        switch self {
        case .pad(let pixels): ["pad": .integer(pixels)]
        case .jitter(let pixels): ["jitter": .integer(pixels)]
        case .scale(let factors): ["scale": factors.json]
        case .rotate(let angles): ["rotate": angles.json]
        case .blur(let deviation): ["blur": .number(deviation)]
        }
    }
}

extension DrawnNumber {
    fileprivate var json: JSONValue {
        switch self {
        case .within(let range): .array([.number(range.lowerBound), .number(range.upperBound)])
        case .oneOf(let numbers): .array(numbers.map(JSONValue.number))
        }
    }
}
