public import JSONValues

/// One difference between the manifests of two keys.
public struct KeyChange: Sendable, Hashable {
    /// Which part of a manifest.
    public enum Part: String, Sendable {
        /// The kind of stage.
        case stage
        case version
        /// A semantic parameter, or a value inside one.
        case parameter
        /// The content of an external file.
        case file
        /// The content of what a stage upstream made.
        case input
        /// Name, description or outline of the pipeline, for stages that read it.
        case pipeline
        /// What this version of the program has no word for.
        case other
    }

    public var part: Part

    /// What it is called within the part: `perplexity`, `input.mean[0]`, `path/train/7.png`, `points`.
    public var name: String

    /// `nil` where it was not there before.
    public var old: JSONValue?
    /// `nil` where it is no longer there.
    public var new: JSONValue?

    /// Whether the new value of a parameter is its default.
    public var isDefault = false

    /// The stage that an input comes from, or the path of a file.
    public var origin: String?

    /// Bytes of a file now.
    public var size: Int?
}

extension KeyChange {
    /// The differences of two key manifests, in the order kind, version, parameters, files, inputs, pipeline.
    ///
    /// Never empty for keys that differ: what is unknown is compared as it is. Stages of different kinds have nothing in
    /// common, so that nothing else is compared then. An input is `null` while what it takes is not made yet, and then
    /// not compared either.
    public static func changes(from old: JSONValue, to new: JSONValue) -> [KeyChange] {
        if old["stage"] != new["stage"] {
            return [KeyChange(part: .stage, name: "stage", old: old["stage"], new: new["stage"])]
        }
        var changes: [KeyChange] = []
        for (member, part) in [("version", Part.version), ("parameters", .parameter), ("pipeline", .pipeline)] {
            compare(old[member], new[member], at: .root) { path, old, new in
                let name = path == .root ? member : path.description
                changes.append(KeyChange(part: part, name: name, old: old, new: new))
            }
        }
        let files = members(old["files"], new["files"]).map { KeyChange(part: .file, name: $0, old: $1, new: $2) }
        let inputs = members(old["inputs"], new["inputs"]).flatMap { inputChanges(port: $0, $1, $2) }
        changes.insert(contentsOf: files + inputs, at: changes.firstIndex { $0.part == .pipeline } ?? changes.count)
        let known = ["stage", "version", "parameters", "pipeline", "files", "inputs"]
        let rest = members(old, new).filter { !known.contains($0.key) }
        return changes + rest.map { KeyChange(part: .other, name: $0, old: $1, new: $2) }
    }

    /// Hands over each value that differs, as deep inside as both have the same structure.
    private static func compare(
        _ old: JSONValue?, _ new: JSONValue?, at path: JSONPath, _ body: (JSONPath, JSONValue?, JSONValue?) -> Void
    ) {
        switch (old, new) {
        case (.object(let old)?, .object(let new)?):
            for (key, old, new) in members(.object(old), .object(new)) {
                compare(old, new, at: path.appending(key), body)
            }
        case (.array(let old)?, .array(let new)?) where old.count == new.count:
            for (index, pair) in zip(old, new).enumerated() { compare(pair.0, pair.1, at: path.appending(index), body) }
        default:
            if old != new { body(path, old, new) }
        }
    }

    /// The members that differ, those of the new object first.
    private static func members(
        _ old: JSONValue?, _ new: JSONValue?
    ) -> [(key: String, old: JSONValue?, new: JSONValue?)] {
        let (old, new) = (old?.object ?? [:], new?.object ?? [:])
        let gone = old.keys.filter { new[$0] == nil }
        return (new.keys + gone).filter { old[$0] != new[$0] }.map { ($0, old[$0], new[$0]) }
    }

    /// Sources by place where their number is the same, else by what came and what went.
    private static func inputChanges(port: String, _ old: JSONValue?, _ new: JSONValue?) -> [KeyChange] {
        let (old, new) = (old?.array ?? [], new?.array ?? [])
        func change(_ old: JSONValue?, _ new: JSONValue?) -> KeyChange {
            KeyChange(part: .input, name: port, old: old, new: new)
        }
        if old.count == new.count {
            return zip(old, new).enumerated().filter { $1.0 != $1.1 && !$1.1.isUnknown }.map { index, pair in
                KeyChange(part: .input, name: old.count > 1 ? "\(port)[\(index)]" : port, old: pair.0, new: pair.1)
            }
        }
        let (came, went) = (values(of: new, without: old), values(of: old, without: new))
        return came.filter { !$0.isUnknown }.map { change(nil, $0) } + went.map { change($0, nil) }
    }

    /// The values that the others do not hold, or not as often.
    private static func values(of values: [JSONValue], without others: [JSONValue]) -> [JSONValue] {
        var counts = [JSONValue: Int](others.map { ($0, 1) }, uniquingKeysWith: +)
        return values.filter { value in
            guard let count = counts[value], count > 0 else { return true }
            counts[value] = count - 1
            return false
        }
    }
}

extension JSONValue {
    /// Whether a source in a manifest has no digest yet.
    fileprivate var isUnknown: Bool { (self["digest"] ?? self).isNull }
}
