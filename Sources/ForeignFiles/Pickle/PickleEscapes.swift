/// Strings as protocol 0 writes them, in ASCII with backslashes.
enum PickleEscapes {
    /// `'…'` or `"…"` with Python's escapes, as bytes; `nil` where a quotation mark is missing.
    static func quoted(_ line: [UInt8]) -> [UInt8]? {
        guard line.count >= 2, let quote = line.first, quote == line.last,
            quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { return nil }
        var result: [UInt8] = []
        var rest = line[1..<line.count - 1]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            switch Character(Unicode.Scalar(escape)) {
            case "n": result.append(0x0A)
            case "r": result.append(0x0D)
            case "t": result.append(0x09)
            case "x": if let value = number(&rest, digits: 2) { result.append(UInt8(value)) } else { return nil }
            default: result.append(escape)
            }
        }
        return result
    }

    /// Text where only `\u` with four and `\U` with eight digits are escapes and other bytes are Latin-1, as UTF-8.
    static func raw(_ line: [UInt8]) -> [UInt8] {
        var scalars = String.UnicodeScalarView()
        var rest = line[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let kind = rest.first, kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U")
            {
                var digits = rest.dropFirst()
                if let value = number(&digits, digits: kind == UInt8(ascii: "u") ? 4 : 8) {
                    scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
                    rest = digits
                    continue
                }
            }
            scalars.append(Unicode.Scalar(byte))
        }
        return Array(String(scalars).utf8)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> UInt32? {
        let word = rest.prefix(digits)
        guard word.count == digits, word.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        rest = rest.dropFirst(digits)
        return UInt32(String(decoding: word, as: UTF8.self), radix: 16)
    }
}
