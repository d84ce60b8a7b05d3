import JSONValues
import Storage

extension RunRecord {
    /// The text of `run.json`: a line for each fact, for each stage of the pipeline and for each stage of the run.
    ///
    /// Written piece by piece into one buffer: with ten thousand stages, values for all of it would be larger and slower
    /// than the run.
    var bytes: [UInt8] {
        var text = Text()
        // The record before it has about the same length.
        text.reserve(((try? FileSystem.status(of: path)) ?? nil)?.size ?? 0)
        text.open()
        text.member("format", .string(Self.format))
        text.member("name", .string(plan.file.name))
        text.member("state", .string(state))
        text.member("started", .string(started.text))
        if state != "running" {
            let now = Moment.now
            text.member("ended", .string(now.text))
            text.member("seconds", .number(now.seconds(since: started)))
        }
        for (key, value) in facts { text.member(key, value) }
        if let words = wordsToGoOn { text.member("go_on_with", .strings(words)) }
        text.key("pipeline")
        text.open()
        for (key, value) in plan.file.resolved {
            guard key == "stages", let stages = value.object else {
                text.member(key, value)
                continue
            }
            text.key(key)
            text.open()
            for (id, stage) in stages { text.member(id, stage) }
            text.close()
        }
        text.close()
        text.key("stages")
        text.open()
        let lines = concurrentMap(stages.count) { [plan, stages] in Self.line(plan.stages[$0], stages[$0]) }
        for (planned, line) in zip(plan.stages, lines) {
            text.key(planned.id)
            text.append(line)
        }
        text.close()
        text.close()
        text.endLine()
        return text.bytes
    }

    private static func line(_ planned: PlannedStage, _ stage: Stage) -> [UInt8] {
        var text = Text()
        text.open(isOneLine: true)
        text.member("stage", .string(planned.kind))
        text.member("version", .integer(type(of: planned.stage).version))
        text.member("state", .string(stage.state.rawValue))
        if !stage.reason.isEmpty { text.member("reason", .string(stage.reason)) }
        if let key = stage.key { text.member("key", .string(key.hex)) }
        if let started = stage.started { text.member("started", .string(started.text)) }
        if let started = stage.started, let ended = stage.ended {
            text.member("ended", .string(ended.text))
            text.member("seconds", .number(ended.seconds(since: started)))
        }
        if let error = stage.error { text.member("error", .string(error)) }
        if let object = stage.object {
            if stage.state == .reused { text.member("made", object.recordText) }
            let record = object.record
            for name in ["peak_memory", "metrics", "warnings"] {
                if let value = record[name] { text.member(name, value) }
            }
            append(object.ports, folder: fileName(ofStage: planned.id), to: &text)
        }
        if let manifest = stage.keyManifest { text.member("manifest", manifest) }
        if !stage.state.hasResult, let last = stage.last { text.member("last", last) }
        text.close()
        return text.bytes
    }

    private static func append(_ ports: [ObjectManifest.Port], folder: String, to text: inout Text) {
        text.key("outputs")
        text.open(isOneLine: true)
        for port in ports {
            text.key(port.name)
            text.open(isOneLine: true)
            text.member("kind", .string(port.kind))
            text.member("digest", .string(port.digest.hex))
            text.key("files")
            text.list(port.files) { text, file in
                text.open(isOneLine: true)
                text.member("path", .string("outputs/\(folder)/\(file.path)"))
                text.member("size", .integer(file.size))
                text.member("sha256", .string(file.byteDigest.hex))
                text.close()
            }
            text.close()
        }
        text.close()
    }
}

/// JSON objects written member by member.
private struct Text {
    private(set) var bytes: [UInt8] = []
    private var levels: [(isOneLine: Bool, isEmpty: Bool)] = []

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func append(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

    mutating func open(isOneLine: Bool = false) {
        bytes.append(UInt8(ascii: "{"))
        levels.append((isOneLine, true))
    }

    mutating func close() {
        let level = levels.removeLast()
        if !level.isOneLine, !level.isEmpty { startLine() }
        bytes.append(UInt8(ascii: "}"))
    }

    /// The start of a member whose value comes next.
    mutating func key(_ key: String) {
        let level = levels[levels.count - 1]
        if !level.isEmpty { bytes.append(UInt8(ascii: ",")) }
        levels[levels.count - 1].isEmpty = false
        if !level.isOneLine {
            startLine()
        } else if !level.isEmpty {
            bytes.append(UInt8(ascii: " "))
        }
        JSONValue.string(key).appendCompactText(to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
    }

    mutating func member(_ key: String, _ value: JSONValue) {
        self.key(key)
        value.appendCompactText(to: &bytes)
    }

    mutating func member(_ key: String, _ value: DeferredJSON) {
        self.key(key)
        bytes.append(contentsOf: value.text)
    }

    mutating func list<Element>(_ elements: [Element], _ body: (inout Text, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(contentsOf: [UInt8(ascii: ","), UInt8(ascii: " ")]) }
            body(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func startLine() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<levels.count * 2 { bytes.append(UInt8(ascii: " ")) }
    }
}
