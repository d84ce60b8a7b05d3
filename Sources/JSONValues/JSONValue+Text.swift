extension JSONValue {
    /// One line without spaces, keys sorted by their UTF-8 bytes, shortest decimals: equal values give equal text,
    /// so it can be hashed. NaN and infinities, which JSON has not, become `null`.
    public var canonicalText: String {
        var writer = JSONWriter()
        writer.writeCompact(self, sortsKeys: true)
        return writer.text
    }

    /// One line without spaces, members in their order.
    public var compactText: String {
        var writer = JSONWriter()
        writer.writeCompact(self, sortsKeys: false)
        return writer.text
    }

    /// Appends ``compactText`` as UTF-8, for texts too long to be made of one value.
    public func appendCompactText(to bytes: inout [UInt8]) {
        var writer = JSONWriter()
        // Handed over and back, so that nothing is copied.
        swap(&writer.bytes, &bytes)
        writer.writeCompact(self, sortsKeys: false)
        swap(&writer.bytes, &bytes)
    }

    /// Two spaces per level, members in their order, short lists of scalars on one line; no line break at the end.
    public var prettyText: String {
        var writer = JSONWriter()
        writer.writePretty(self, level: 0)
        return writer.text
    }
}

private struct JSONWriter {
    var bytes: [UInt8] = []

    /// Lists of scalars up to this many characters stay on one line.
    private static let shortList = 100

    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func writeCompact(_ value: JSONValue, sortsKeys: Bool) {
        switch value {
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                writeCompact(element, sortsKeys: sortsKeys)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            if sortsKeys {
                let order = members.keys.indices.sorted {
                    members.keys[$0].utf8.lexicographicallyPrecedes(members.keys[$1].utf8)
                }
                for (position, index) in order.enumerated() {
                    writeCompactMember(index, of: members, isFirst: position == 0, sortsKeys: true)
                }
            } else {
                for index in members.keys.indices {
                    writeCompactMember(index, of: members, isFirst: index == 0, sortsKeys: false)
                }
            }
            bytes.append(UInt8(ascii: "}"))
        default: write(scalar: value)
        }
    }

    private mutating func writeCompactMember(_ index: Int, of members: JSONObject, isFirst: Bool, sortsKeys: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        write(string: members.keys[index])
        bytes.append(UInt8(ascii: ":"))
        writeCompact(members.values[index], sortsKeys: sortsKeys)
    }

    mutating func writePretty(_ value: JSONValue, level: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            if let line = shortLine(elements) { return bytes.append(contentsOf: line) }
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                startLine(level: level + 1, isFirst: index == 0)
                writePretty(element, level: level + 1)
            }
            startLine(level: level, isFirst: true)
            bytes.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for index in members.keys.indices {
                startLine(level: level + 1, isFirst: index == 0)
                write(string: members.keys[index])
                bytes.append(UInt8(ascii: ":"))
                bytes.append(UInt8(ascii: " "))
                writePretty(members.values[index], level: level + 1)
            }
            startLine(level: level, isFirst: true)
            bytes.append(UInt8(ascii: "}"))
        default: writeCompact(value, sortsKeys: false)
        }
    }

    private func shortLine(_ elements: [JSONValue]) -> [UInt8]? {
        var line = JSONWriter()
        line.bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            switch element {
            case .array(let inner) where !inner.isEmpty: return nil
            case .object(let inner) where !inner.isEmpty: return nil
            default: break
            }
            if index > 0 { line.bytes.append(contentsOf: ", ".utf8) }
            line.writeCompact(element, sortsKeys: false)
            if line.bytes.count >= Self.shortList { return nil }
        }
        return line.bytes + [UInt8(ascii: "]")]
    }

    private mutating func startLine(level: Int, isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    private mutating func write(scalar: JSONValue) {
        switch scalar {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: value.description.utf8)
        case .number(let value): bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let value): write(string: value)
        case .array, .object: preconditionFailure("\(scalar.inWords) is no scalar")
        }
    }

    private mutating func write(string: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        let needsEscapes = string.utf8.contains {
            $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 0x20
        }
        guard needsEscapes else { return bytes.append(contentsOf: string.utf8) }
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
