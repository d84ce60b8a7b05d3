/// The header of an NPY file: a Python dictionary of exactly three entries, read as text and never evaluated.
struct NPYHeader {
    private(set) var type = ""
    private(set) var isColumnMajor = false
    private(set) var shape: [Int] = []

    private let source: ForeignBytes
    private let text: [UInt8]
    private var position = 0

    /// NumPy has no arrays of more axes.
    private static let largestRank = 64

    init(_ source: ForeignBytes) throws(ForeignFileError) {
        self.source = source
        text = source.array
        try expect("{")
        var missing: Set = ["descr", "fortran_order", "shape"]
        while !isNext("}") {
            let key = try string()
            guard missing.remove(key) != nil else { throw damaged("the entry '\(key.prefix(40))' was not due") }
            try expect(":")
            switch key {
            case "descr": type = try elementType()
            case "fortran_order": isColumnMajor = try boolean()
            default: shape = try lengths()
            }
            if !isNext(",") {
                try expect("}")
                break
            }
        }
        guard missing.isEmpty else { throw damaged("the entry '\(missing.min()!)' is missing") }
    }

    private mutating func elementType() throws(ForeignFileError) -> String {
        skipSpaces()
        guard position < text.count, text[position] != UInt8(ascii: "[") else {
            throw source.error(at: position, "holds records of several fields", fix: "save each field as an array")
        }
        return try string()
    }

    private mutating func boolean() throws(ForeignFileError) -> Bool {
        skipSpaces()
        for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw damaged("True or False was due")
    }

    private mutating func lengths() throws(ForeignFileError) -> [Int] {
        try expect("(")
        var lengths: [Int] = []
        while !isNext(")") {
            skipSpaces()
            let digits = text[position...].prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard let length = Int(String(decoding: digits, as: UTF8.self)) else { throw damaged("a length was due") }
            guard lengths.count < Self.largestRank else { throw damaged("more than \(Self.largestRank) axes") }
            lengths.append(length)
            position += digits.count
            // Python 2 marked long integers.
            _ = isNext("L")
            if !isNext(",") {
                try expect(")")
                break
            }
        }
        return lengths
    }

    private mutating func string() throws(ForeignFileError) -> String {
        skipSpaces()
        guard position < text.count, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(text[position]),
            let end = text[(position + 1)...].firstIndex(of: text[position])
        else { throw damaged("a text in quotation marks was due") }
        defer { position = end + 1 }
        return String(decoding: text[position + 1..<end], as: UTF8.self)
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ForeignFileError) {
        guard isNext(character) else { throw damaged("'\(character)' was due") }
    }

    /// Whether this character is the next one; it is passed over then.
    private mutating func isNext(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpaces() {
        while position < text.count, text[position] == UInt8(ascii: " ") || text[position] == UInt8(ascii: "\n") {
            position += 1
        }
    }

    private func damaged(_ what: String) -> ForeignFileError {
        source.error(at: position, "in the header of the array: \(what)")
    }
}
