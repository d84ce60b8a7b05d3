public import JSONValues

extension RunComparison {
    /// Stages that differ, with old and new values; those that are equal are counted.
    public var text: String {
        var lines = ["left:  \(left.inWords)", "right: \(right.inWords)"]
        if !onlyLeft.isEmpty { lines.append("only left: \(listed(onlyLeft))") }
        if !onlyRight.isEmpty { lines.append("only right: \(listed(onlyRight))") }
        for stage in stages where !stage.isEqual { lines += stage.lines }
        let equal = stages.count(where: \.isEqual)
        lines.append("\(equal) of \(stages.count) common stages equal")
        return lines.joined(separator: "\n")
    }

    public var json: JSONValue {
        [
            "equal": .bool(isEqual), "left": .string(left.folder), "right": .string(right.folder),
            "only_left": .strings(onlyLeft), "only_right": .strings(onlyRight),
            "stages": .object(JSONObject(stages.map { ($0.left.id, $0.json) })),
        ]
    }
}

extension RunComparison.Stage {
    fileprivate var lines: [String] {
        var lines = ["\(left.id) ('\(right.kind ?? "")')"]
        if !hasSameOutcome { lines.append("state: \(left.state ?? "?") → \(right.state ?? "?")") }
        lines += configuration?.map(\.text) ?? []
        if !outputs.isEmpty { lines.append("other content: \(listed(outputs))") }
        lines += metrics.map { name, left, right in
            guard let left, let right else { return "\(name): \(Self.words(left)) → \(Self.words(right))" }
            return
                "\(name): \(Self.words(left)) → \(Self.words(right)) (\(right < left ? "" : "+")\(Self.words(right - left)))"
        }
        if let old = left.seconds, let new = right.seconds {
            lines.append("time: \(durationInWords(old)) → \(durationInWords(new))")
        }
        if let old = left.peakMemory, let new = right.peakMemory {
            lines.append("memory: \(old / 1_000_000) MB → \(new / 1_000_000) MB")
        }
        return lines.prefix(1) + lines.dropFirst().map { "  \($0)" }
    }

    fileprivate var json: JSONValue {
        var json: JSONObject = [
            "equal": .bool(isEqual),
            "state": [left.state.map(JSONValue.string) ?? .null, right.state.map(JSONValue.string) ?? .null],
            "configuration": configuration.map { .array($0.map(\.json)) } ?? .null, "outputs": .strings(outputs),
        ]
        json["metrics"] = .object(
            JSONObject(
                metrics.map { name, left, right in
                    (name, [left.map(JSONValue.number) ?? .null, right.map(JSONValue.number) ?? .null])
                }))
        json["seconds"] = [left.seconds.map(JSONValue.number) ?? .null, right.seconds.map(JSONValue.number) ?? .null]
        json["peak_memory"] = [
            left.peakMemory.map(JSONValue.integer) ?? .null, right.peakMemory.map(JSONValue.integer) ?? .null,
        ]
        return .object(json)
    }

    /// At most six significant digits.
    private static func words(_ number: Double?) -> String {
        guard let number else { return "not there" }
        guard number != 0, number.isFinite else { return "\(number)" }
        var scale = 1.0
        while abs(number) * scale < 100_000, scale < 1e15 { scale *= 10 }
        let rounded = (number * scale).rounded() / scale
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}

extension RecordedRun {
    /// `runs/map, finished, 2026-01-31T12:00:00.000Z`
    fileprivate var inWords: String {
        ([folder, state, json["started"]?.string] as [String?]).compactMap { $0 }.joined(separator: ", ")
    }
}
