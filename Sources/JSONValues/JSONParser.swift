/// Reads one JSON text (RFC 8259), strictly: no comments, no trailing commas, no lone surrogates.
struct JSONParser {
    /// A key that was already there, while the path to it is not known yet.
    struct Duplicate {
        var key: String
        /// The node of the object that has the key.
        var object: Int
        var offset: Int
        var firstOffset: Int
    }

    struct Output {
        var root: JSONValue
        var nodes: [JSONDocument.Node]
        var duplicates: [Duplicate]
    }

    /// More duplicate keys than anyone reads; finding the first of each takes time.
    private static let duplicateLimit = 100

    let bytes: UnsafeBufferPointer<UInt8>
    var cursor = 0
    private var depth = 0
    private var nodes: [JSONDocument.Node] = []
    private var duplicates: [Duplicate] = []

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func parse() throws(JSONSyntaxError) -> Output {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { cursor = 3 }
        skipSpace()
        guard cursor < bytes.count else { throw failure("expected a JSON value, found nothing") }
        let root = try value(standingAt: cursor)
        skipSpace()
        guard cursor == bytes.count else { throw failure("expected the end of the text, found \(found)") }
        return Output(root: root, nodes: nodes, duplicates: duplicates)
    }

    // MARK: - Values

    /// Reads the value at the cursor. Members stand at their key.
    private mutating func value(standingAt offset: Int) throws(JSONSyntaxError) -> JSONValue {
        let node = nodes.count
        nodes.append(JSONDocument.Node(offset: Int32(offset), subtree: 1))
        guard cursor < bytes.count else { throw failure("expected a value, found the end of the text") }
        let value: JSONValue
        switch bytes[cursor] {
        case UInt8(ascii: "{"): value = try object(node: node)
        case UInt8(ascii: "["): value = try array()
        case UInt8(ascii: "\""): value = .string(try string())
        case UInt8(ascii: "t"): value = try word("true", .bool(true))
        case UInt8(ascii: "f"): value = try word("false", .bool(false))
        case UInt8(ascii: "n"): value = try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = try number()
        default: throw failure("expected a value, found \(found)")
        }
        nodes[node].subtree = Int32(nodes.count - node)
        return value
    }

    private mutating func object(node: Int) throws(JSONSyntaxError) -> JSONValue {
        try open()
        var members = JSONObject()
        if !closes("}") {
            repeat {
                guard at("\"") else { throw failure("expected a key in double quotes, found \(found)") }
                let offset = cursor
                let key = try string()
                skipSpace()
                guard at(":") else { throw failure("expected ':' after the key \"\(key)\", found \(found)") }
                cursor += 1
                skipSpace()
                if let place = members.index(of: key) {
                    try duplicate(key, place: place, offset: offset, object: node)
                } else {
                    members.append(newKey: key, value: try value(standingAt: offset))
                }
            } while try goesOn(until: "}", of: "object")
        }
        depth -= 1
        return .object(members)
    }

    /// Reads a member whose key was there before: for its syntax only, it leaves no value and no nodes.
    private mutating func duplicate(_ key: String, place: Int, offset: Int, object: Int) throws(JSONSyntaxError) {
        let (nodeCount, duplicateCount) = (nodes.count, duplicates.count)
        _ = try value(standingAt: offset)
        nodes.removeSubrange(nodeCount...)
        duplicates.removeSubrange(duplicateCount...)
        guard duplicateCount < Self.duplicateLimit else { return }
        var first = object + 1
        for _ in 0..<place { first += Int(nodes[first].subtree) }
        let firstOffset = Int(nodes[first].offset)
        duplicates.append(Duplicate(key: key, object: object, offset: offset, firstOffset: firstOffset))
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        try open()
        var elements: [JSONValue] = []
        if !closes("]") {
            repeat { elements.append(try value(standingAt: cursor)) } while try goesOn(until: "]", of: "list")
        }
        depth -= 1
        return .array(elements)
    }

    private mutating func open() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= JSONDocument.depthLimit else {
            throw failure("lists and objects are nested deeper than \(JSONDocument.depthLimit)")
        }
        cursor += 1
        skipSpace()
    }

    private mutating func closes(_ end: Unicode.Scalar) -> Bool {
        guard at(end) else { return false }
        cursor += 1
        return true
    }

    /// After an element: true when a comma and another element follow, false when the list or object ends.
    private mutating func goesOn(until end: Unicode.Scalar, of whole: String) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        if closes(end) { return false }
        guard at(",") else {
            throw failure("expected ',' or '\(end)' to go on with or end the \(whole), found \(found)")
        }
        let comma = cursor
        cursor += 1
        skipSpace()
        if at(end) { throw failure("expected another element after ',', found '\(end)'; remove the comma", at: comma) }
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let text = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes.count - cursor >= text.count, bytes[cursor..<cursor + text.count].elementsEqual(text) else {
            throw failure("expected \(word), found \(found)")
        }
        cursor += text.count
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = cursor
        if at("-") { cursor += 1 }
        if at("0") {
            cursor += 1
            if digit != nil { throw failure("a number does not start with 0", at: start) }
        } else {
            try digits("a digit")
        }
        var isInteger = true
        if at(".") {
            isInteger = false
            cursor += 1
            try digits("a digit after the decimal point")
        }
        if at("e") || at("E") {
            isInteger = false
            cursor += 1
            if at("+") || at("-") { cursor += 1 }
            try digits("a digit of the exponent")
        }
        if isInteger, cursor - start < Self.safeDigits { return .integer(integer(start..<cursor)) }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<cursor]), as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw failure("the number is larger than a 64-bit floating-point number holds", at: start)
        }
        return .number(value)
    }

    /// Whole numbers of fewer digits fit an `Int`.
    private static let safeDigits = 19

    private func integer(_ range: Range<Int>) -> Int {
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value = 0
        for byte in bytes[isNegative ? range.dropFirst() : range] { value = value * 10 + Int(byte - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    private var digit: UInt8? {
        guard cursor < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[cursor] else { return nil }
        return bytes[cursor]
    }

    private mutating func digits(_ expected: String) throws(JSONSyntaxError) {
        guard digit != nil else { throw failure("expected \(expected), found \(found)") }
        while digit != nil { cursor += 1 }
    }

    // MARK: - Cursor

    func at(_ scalar: Unicode.Scalar) -> Bool { cursor < bytes.count && UInt32(bytes[cursor]) == scalar.value }

    private mutating func skipSpace() {
        while cursor < bytes.count {
            switch bytes[cursor] {
            case 0x20, 0x0A, 0x0D, 0x09: cursor += 1
            default: return
            }
        }
    }

    /// What stands at the cursor, for messages.
    var found: String {
        guard cursor < bytes.count else { return "the end of the text" }
        var iterator = bytes[cursor..<min(cursor + 4, bytes.count)].makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return "a byte that is not UTF-8" }
        switch scalar {
        case "/", "#": return "'\(scalar)' (JSON has no comments)"
        case "'": return "a single quote (JSON strings have double quotes)"
        case "\n", "\r": return "the end of the line"
        default:
            let code = String(scalar.value, radix: 16, uppercase: true)
            return scalar.value < 0x20 ? "the control character U+\(code)" : "'\(scalar)'"
        }
    }

    func failure(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
        JSONSyntaxError(position: JSONLines(bytes).position(ofByte: offset ?? cursor, in: bytes), message: message)
    }
}
