public import JSONValues

extension SectionContent {
    /// `{ "title"?, "blocks": [...] }`, the `content` of a `summary.json`.
    public var json: JSONValue {
        var object = JSONObject()
        if let title { object["title"] = .string(title) }
        object["blocks"] = .array(blocks.map(\.json))
        return .object(object)
    }

    /// Reads what ``json`` wrote, in this version or another. Blocks that cannot be read become
    /// ``Block/unreadable(kind:problem:)``; `nil` where there are no blocks at all.
    public init?(json: JSONValue) {
        guard let blocks = json["blocks"]?.array else { return nil }
        self.init(title: json["title"]?.string, blocks: blocks.map(Block.init(json:)))
    }
}

extension Block {
    public var json: JSONValue {
        switch self {
        case .text(let text): ["kind": "text", "text": .string(text)]
        case .note(let text): ["kind": "note", "text": .string(text)]
        case .metrics(let metrics): ["kind": "metrics", "metrics": .array(metrics.map(\.json))]
        case .table(let table): table.json
        case .picture(let picture): .object(["kind": "picture"]).adding(picture.json)
        case .gallery(let gallery): gallery.json
        case .details(let title, let blocks):
            ["kind": "details", "title": .string(title), "blocks": .array(blocks.map(\.json))]
        case .unreadable(let kind, let problem):
            ["kind": "unreadable", "was": .string(kind), "problem": .string(problem)]
        }
    }

    public init(json: JSONValue) {
        let kind = json["kind"]?.string ?? ""
        do throws(UnreadableBlock) {
            self = try Self.read(kind, Fields(json))
        } catch {
            self = .unreadable(kind: kind, problem: error.problem)
        }
    }

    private static func read(_ kind: String, _ fields: Fields) throws(UnreadableBlock) -> Block {
        switch kind {
        case "text": .text(try fields.string("text"))
        case "note": .note(try fields.string("text"))
        case "metrics": .metrics(try fields.list("metrics", Metric.init))
        case "table": .table(try Table(fields))
        case "picture": .picture(try Picture(fields))
        case "gallery": .gallery(try Gallery(fields))
        case "details": .details(title: try fields.string("title"), try fields.array("blocks").map(Block.init(json:)))
        case "unreadable": .unreadable(kind: try fields.string("was"), problem: try fields.string("problem"))
        case "": throw UnreadableBlock(problem: "it does not say its kind")
        default: throw UnreadableBlock(problem: "this version of convscope does not know the kind")
        }
    }
}

// MARK: - The kinds

extension Block.Metric {
    fileprivate var json: JSONValue {
        JSONValue.object(["name": .string(name), "value": .string(value)])
            .adding("unit", unit).adding("explanation", explanation)
    }

    fileprivate init(_ fields: Fields) throws(UnreadableBlock) {
        self.init(
            try fields.string("name"), try fields.string("value"), unit: try fields.text("unit"),
            explanation: try fields.text("explanation"))
    }
}

extension Block.Picture {
    fileprivate var json: JSONValue {
        var json = JSONValue.object(["file": .string(file)]).adding("caption", caption)
        json["alternative"] = .string(alternative)
        if let width { json["width"] = .integer(width) }
        if isPixelated { json["pixelated"] = true }
        return json
    }

    fileprivate init(_ fields: Fields) throws(UnreadableBlock) {
        self.init(
            try fields.string("file"), caption: try fields.text("caption"),
            alternative: try fields.text("alternative"), width: try fields.count("width"),
            isPixelated: fields.json["pixelated"] == true)
    }
}

extension Block.Gallery {
    fileprivate var json: JSONValue {
        var json: JSONValue = ["kind": "gallery", "pictures": .array(pictures.map(\.json))]
        if let columns { json["columns"] = .integer(columns) }
        return json.adding("caption", caption)
    }

    fileprivate init(_ fields: Fields) throws(UnreadableBlock) {
        self.init(
            try fields.list("pictures", Block.Picture.init), columns: try fields.count("columns"),
            caption: try fields.text("caption"))
    }
}

extension Block.Table {
    fileprivate var json: JSONValue {
        let columns = columns.map { column -> JSONValue in
            ["title": .string(column.title), "alignment": .string(column.alignment.rawValue)]
        }
        return JSONValue.object(["kind": "table"]).adding("caption", caption).adding([
            "columns": .array(columns), "rows": .array(rows.map { .array($0.map(\.json)) }),
        ]).adding("note", note)
    }

    fileprivate init(_ fields: Fields) throws(UnreadableBlock) {
        self.init(
            caption: try fields.text("caption"), columns: try fields.list("columns", Block.Column.init),
            note: try fields.text("note"))
        for (index, row) in try fields.array("rows").enumerated() {
            guard let cells = row.array, cells.count == columns.count else {
                throw UnreadableBlock(
                    problem: "row \(index + 1) has \(row.array?.count ?? 0) cells, the table \(columns.count) columns")
            }
            append(try cells.map { cell throws(UnreadableBlock) in try Block.Cell(json: cell) })
        }
    }
}

extension Block.Column {
    fileprivate init(_ fields: Fields) throws(UnreadableBlock) {
        // An alignment that only a newer version knows is no reason to lose the table.
        let alignment = Alignment(rawValue: try fields.text("alignment")) ?? .leading
        self.init(try fields.string("title"), alignment)
    }
}

extension Block.Cell {
    /// Words are plain strings; pictures and bars are objects.
    fileprivate var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .picture(let picture): ["picture": picture.json]
        case .bar(let fraction, let text): ["text": .string(text), "fraction": .number(fraction)]
        }
    }

    fileprivate init(json: JSONValue) throws(UnreadableBlock) {
        if let text = json.string {
            self = .text(text)
        } else if let picture = json["picture"] {
            self = .picture(try Block.Picture(Fields(picture)))
        } else if let text = json["text"]?.string {
            self = json["fraction"]?.double.map { .bar(fraction: $0, text: text) } ?? .text(text)
        } else {
            self = .text(json.object == nil && json.array == nil ? json.canonicalText : "?")
        }
    }
}

// MARK: - Reading and writing members

/// Why a block cannot be shown.
private struct UnreadableBlock: Error {
    var problem: String
}

/// The members of an object that a block is read from.
private struct Fields {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    func string(_ key: String) throws(UnreadableBlock) -> String {
        guard let value = json[key]?.string else { throw wrong(key, "a string") }
        return value
    }

    /// A string that may be left out.
    func text(_ key: String) throws(UnreadableBlock) -> String { json[key] == nil ? "" : try string(key) }

    /// A number above 0 that may be left out.
    func count(_ key: String) throws(UnreadableBlock) -> Int? {
        guard let value = json[key] else { return nil }
        guard let count = value.int, count > 0, count <= 1 << 20 else { throw wrong(key, "a number above 0") }
        return count
    }

    func array(_ key: String) throws(UnreadableBlock) -> [JSONValue] {
        guard let value = json[key]?.array else { throw wrong(key, "a list") }
        return value
    }

    func list<Element>(
        _ key: String, _ make: (Fields) throws(UnreadableBlock) -> Element
    ) throws(UnreadableBlock) -> [Element] {
        try array(key).map { json throws(UnreadableBlock) in try make(Fields(json)) }
    }

    private func wrong(_ key: String, _ expected: String) -> UnreadableBlock {
        UnreadableBlock(problem: "its '\(key)' is \(json[key]?.inWords ?? "missing"), expected \(expected)")
    }
}

extension JSONValue {
    /// With a member, unless its text is empty.
    fileprivate func adding(_ key: String, _ text: String) -> JSONValue {
        text.isEmpty ? self : adding([key: .string(text)])
    }

    fileprivate func adding(_ members: JSONValue) -> JSONValue {
        var json = self
        for (key, value) in members.object ?? [:] { json[key] = value }
        return json
    }
}
