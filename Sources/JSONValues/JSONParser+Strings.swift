extension JSONParser {
    /// Reads the string that starts with the quote at the cursor.
    mutating func string() throws(JSONSyntaxError) -> String {
        let start = cursor
        cursor += 1
        let textStart = cursor
        var isASCII = true
        while cursor < bytes.count {
            switch bytes[cursor] {
            case UInt8(ascii: "\""):
                defer { cursor += 1 }
                return try text(
                    UnsafeBufferPointer(rebasing: bytes[textStart..<cursor]), isASCII: isASCII, at: start)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw controlCharacter(stringStart: start)
            case 0x80...: isASCII = false
            default: break
            }
            cursor += 1
        }
        throw failure("the string that starts here does not end", at: start)
    }

    private func text(
        _ bytes: some Collection<UInt8>, isASCII: Bool, at start: Int
    ) throws(JSONSyntaxError) -> String {
        if isASCII { return String(decoding: bytes, as: UTF8.self) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure("the string that starts here is not UTF-8", at: start)
        }
        return text
    }

    /// Goes on with a string at its first backslash.
    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var decoded = Array(bytes[start + 1..<cursor])
        while cursor < bytes.count {
            let byte = bytes[cursor]
            switch byte {
            case UInt8(ascii: "\""):
                cursor += 1
                return try text(decoded, isASCII: false, at: start)
            case UInt8(ascii: "\\"): decoded.append(contentsOf: try escape())
            case 0..<0x20: throw controlCharacter(stringStart: start)
            default:
                decoded.append(byte)
                cursor += 1
            }
        }
        throw failure("the string that starts here does not end", at: start)
    }

    /// The UTF-8 bytes that the escape sequence at the cursor stands for.
    private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
        let start = cursor
        cursor += 1
        guard cursor < bytes.count else { throw failure("expected an escape sequence, found the end of the text") }
        let letter = bytes[cursor]
        cursor += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try unit(from: start)]
            if UTF16.isLeadSurrogate(units[0]), at("\\") {
                cursor += 1
                guard at("u") else { throw failure("half of a surrogate pair", at: start) }
                cursor += 1
                units.append(try unit(from: start))
            }
            guard let text = String(validating: units, as: UTF16.self) else {
                throw failure("half of a surrogate pair", at: start)
            }
            return Array(text.utf8)
        default:
            throw failure(
                "an escape sequence is one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u; write \\\\ for a backslash",
                at: start)
        }
    }

    private mutating func unit(from start: Int) throws(JSONSyntaxError) -> UInt16 {
        let end = min(cursor + 4, bytes.count)
        let digits = bytes[cursor..<end]
        guard digits.count == 4, digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw failure("expected four hexadecimal digits after \\u", at: start) }
        cursor = end
        return unit
    }

    private func controlCharacter(stringStart: Int) -> JSONSyntaxError {
        bytes[cursor] == 0x0A || bytes[cursor] == 0x0D
            ? failure(
                "the string that starts here does not end on its line; write \\n for a line break", at: stringStart)
            : failure("\(found) in a string; write it as an escape sequence")
    }
}
