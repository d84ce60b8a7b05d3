/// The machine that a pickle is a program of, with a stack and a memo, but without the power to call anything.
struct Unpickler {
    private(set) var reader: PickleReader
    private(set) var arena = PickleArena()
    private var stack: [PickleValue] = []
    /// Heights of the stack at the open marks.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private let globals: PickleGlobals
    /// Values that may still be made.
    private var allowance: Int

    init(_ reader: PickleReader, globals: PickleGlobals, limit: Int) {
        self.reader = reader
        self.globals = globals
        allowance = limit
    }

    /// Runs to the end and returns the value that is left.
    mutating func run() throws(ForeignFileError) -> PickleValue {
        while true {
            let opcode = try reader.opcode()
            if opcode == UInt8(ascii: ".") {
                let root = try pop()
                guard stack.isEmpty, marks.isEmpty else {
                    throw reader.damaged("the pickle ends with values left over")
                }
                return root
            }
            switch opcode {
            case 0x20..<0x7F: try execute(ascii: Character(Unicode.Scalar(opcode)))
            default: try execute(binary: opcode)
            }
        }
    }

    /// Opcodes of protocols 0 and 1, and those of later ones that are letters.
    private mutating func execute(ascii opcode: Character) throws(ForeignFileError) {
        switch opcode {
        case "(":
            try spend()
            marks.append(stack.count)
        case "0": if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case "1": _ = try popToMark()
        case "2": try push(try top())
        case "N": try push(.none)
        case "F": try push(.number(try decimalFraction()))
        case "I": try pushDecimal()
        case "L": try pushLong(try reader.word())
        case "J": try push(.integer(Int(try reader.integer(Int32.self))))
        case "K": try push(.integer(Int(try reader.integer(UInt8.self))))
        case "M": try push(.integer(Int(try reader.integer(UInt16.self))))
        case "G": try push(.number(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped)))
        case "S": try push(.bytes(try quoted()))
        case "V": try push(.text(arena.keep(PickleEscapes.raw(array(try reader.line())))))
        case "T": try push(.bytes(try reader.run(Int32.self)))
        case "U", "C": try push(.bytes(try reader.run(UInt8.self)))
        case "X": try push(.text(try reader.run(UInt32.self)))
        case "B": try push(.bytes(try reader.run(UInt32.self)))
        case "]": try push(.list(arena.node([])))
        case "l": try push(.list(arena.node(try popToMark())))
        case ")": try push(.tuple(arena.node([])))
        case "t": try push(.tuple(arena.node(try popToMark())))
        case "}": try push(.dictionary(arena.node([])))
        case "d": try push(.dictionary(arena.node(try popPairs())))
        case "a": try append([try pop()])
        case "e": try append(try popToMark())
        case "s":
            let value = try pop()
            try set([try pop(), value])
        case "u": try set(try popPairs())
        case "p": try remember(try reader.decimal())
        case "q": try remember(Int(try reader.integer(UInt8.self)))
        case "r": try remember(Int(try reader.integer(UInt32.self)))
        case "g": try recall(try reader.decimal())
        case "h": try recall(Int(try reader.integer(UInt8.self)))
        case "j": try recall(Int(try reader.integer(UInt32.self)))
        case "c": try push(try global(try reader.word(), try reader.word()))
        case "R": try call(try pop())
        case "b": try build(try pop())
        case "i":
            let callee = try global(try reader.word(), try reader.word())
            let arguments = PickleValue.tuple(arena.node(try popToMark()))
            try push(callee)
            try call(arguments)
        case "o":
            let values = try popToMark()
            guard let callee = values.first else { throw reader.damaged("a call names nothing to call") }
            try push(callee)
            try call(.tuple(arena.node(Array(values.dropFirst()))))
        case "P": try push(arena.persistent(.text(try reader.line())))
        case "Q": try push(arena.persistent(try pop()))
        default: throw reader.damaged("'\(opcode)' is no opcode of a pickle")
        }
    }

    /// Opcodes of protocols 2 to 5 that are no letters.
    private mutating func execute(binary opcode: UInt8) throws(ForeignFileError) {
        switch opcode {
        case 0x80:
            let version = try reader.integer(UInt8.self)
            guard version <= 5 else {
                throw reader.source.error(
                    at: reader.start, "the pickle has protocol \(version), but 0 to 5 are known",
                    fix: "write it again with 'protocol=4'")
            }
        case 0x81: try call(try pop())
        case 0x82...0x84:
            throw reader.source.error(
                at: reader.start, "the pickle uses Python's registry of extensions, which is not in the file",
                fix: "write it again without copyreg.add_extension")
        case 0x85: try push(.tuple(arena.node(try pop(1))))
        case 0x86: try push(.tuple(arena.node(try pop(2))))
        case 0x87: try push(.tuple(arena.node(try pop(3))))
        case 0x88: try push(.boolean(true))
        case 0x89: try push(.boolean(false))
        case 0x8A: try pushLong(try reader.run(UInt8.self))
        case 0x8B: try pushLong(try reader.run(Int32.self))
        case 0x8C: try push(.text(try reader.run(UInt8.self)))
        case 0x8D: try push(.text(try reader.run(UInt64.self)))
        case 0x8E: try push(.bytes(try reader.run(UInt64.self)))
        case 0x8F: try push(.set(arena.node([])))
        case 0x90:
            let elements = try popToMark()
            guard case .set(let set) = try top() else { throw reader.damaged("something is added to what is no set") }
            arena.append(elements, to: set)
        case 0x91: try push(.set(arena.node(try popToMark())))
        case 0x92:
            // Keyword arguments change nothing here: what is called is only recorded.
            _ = try pop()
            try call(try pop())
        case 0x93:
            let (name, module) = (try word(try pop()), try word(try pop()))
            try push(try global(module, name))
        case 0x94: try remember(memo.count)
        case 0x95: _ = try reader.integer(UInt64.self)
        case 0x96: try push(.bytes(try reader.run(UInt64.self)))
        case 0x97, 0x98:
            throw reader.source.error(
                at: reader.start, "the pickle keeps its bytes in buffers outside of it",
                fix: "write it again without 'buffer_callback'")
        default: throw reader.damaged("\(opcode) is no opcode of a pickle")
        }
    }

    // MARK: - Stack and memo

    private mutating func spend() throws(ForeignFileError) {
        guard allowance > 0 else {
            throw reader.source.error(
                at: reader.start, "the pickle has more values than any file of data",
                fix: "keep large data in arrays or tensors, not in lists")
        }
        allowance -= 1
    }

    private mutating func push(_ value: PickleValue) throws(ForeignFileError) {
        try spend()
        stack.append(value)
    }

    private func top() throws(ForeignFileError) -> PickleValue {
        guard stack.count > marks.last ?? 0 else { throw reader.damaged("the pickle takes a value, but there is none") }
        return stack[stack.count - 1]
    }

    private mutating func pop() throws(ForeignFileError) -> PickleValue {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func pop(_ count: Int) throws(ForeignFileError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw reader.damaged("the pickle takes \(count) values, but there are fewer")
        }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(ForeignFileError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw reader.damaged("the pickle goes back to a mark that is not set") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    private mutating func popPairs() throws(ForeignFileError) -> [PickleValue] {
        let values = try popToMark()
        guard values.count.isMultiple(of: 2) else { throw reader.damaged("a key of a dictionary has no value") }
        return values
    }

    private mutating func remember(_ place: Int) throws(ForeignFileError) {
        try spend()
        memo[place] = try top()
    }

    private mutating func recall(_ place: Int) throws(ForeignFileError) {
        guard let value = memo[place] else {
            throw reader.damaged("the pickle recalls value \(place), which it never kept")
        }
        try push(value)
    }

    // MARK: - Values

    private mutating func append(_ elements: [PickleValue]) throws(ForeignFileError) {
        switch try top() {
        case .list(let list): arena.append(elements, to: list)
        case .call(let call): arena.append(elements, toCall: call)
        default: throw reader.damaged("something is appended to what is no list")
        }
    }

    private mutating func set(_ pairs: [PickleValue]) throws(ForeignFileError) {
        switch try top() {
        case .dictionary(let dictionary): arena.append(pairs, to: dictionary)
        case .call(let call): arena.set(pairs, onCall: call)
        default: throw reader.damaged("a key is set on what is no dictionary")
        }
    }

    private mutating func global(_ module: String, _ name: String) throws(ForeignFileError) -> PickleValue {
        let full = module + "." + name
        guard globals.allows(full) else { throw globals.refusal(of: full, at: reader.start, in: reader.source) }
        return arena.global(full)
    }

    private mutating func call(_ arguments: PickleValue) throws(ForeignFileError) {
        guard case .tuple = arguments else { throw reader.damaged("a call has no arguments") }
        switch try pop() {
        case .global(let callee): try push(arena.call(callee, arguments))
        case .persistent:
            throw reader.source.error(
                at: reader.start, "the pickle makes an object of a class that is kept outside of it",
                fix: "keep data or weights alone in the file, and no whole objects")
        default: throw reader.damaged("the pickle calls something that it does not name")
        }
    }

    private mutating func build(_ state: PickleValue) throws(ForeignFileError) {
        guard case .call(let call) = try top() else { throw reader.damaged("a state is set on what is no object") }
        arena.setState(state, ofCall: call)
    }

    private func word(_ value: PickleValue) throws(ForeignFileError) -> String {
        guard case .text(let text) = value, text.count <= 4096 else {
            throw reader.damaged("the name of a class or function is no text")
        }
        return String(decoding: array(text), as: UTF8.self)
    }

    private func array(_ bytes: PickleBytes) -> [UInt8] {
        let range = bytes.start..<bytes.start + bytes.count
        return bytes.isUnescaped ? Array(arena.unescaped[range]) : Array(reader.bytes[range])
    }

    private mutating func quoted() throws(ForeignFileError) -> PickleBytes {
        guard let bytes = PickleEscapes.quoted(array(try reader.line())) else {
            throw reader.damaged("a string lacks its quotation marks or ends in a backslash")
        }
        return arena.keep(bytes)
    }

    private mutating func decimalFraction() throws(ForeignFileError) -> Double {
        let word = try reader.word()
        guard let number = Double(word) else { throw reader.damaged("'\(word.prefix(40))' is no number") }
        return number
    }

    /// `I01` and `I00` are how protocols 0 and 1 write truth.
    private mutating func pushDecimal() throws(ForeignFileError) {
        let word = try reader.word()
        switch word {
        case "01": try push(.boolean(true))
        case "00": try push(.boolean(false))
        default: try pushLong(word)
        }
    }

    /// Decimal digits, which may end in Python 2's `L`.
    private mutating func pushLong(_ word: String) throws(ForeignFileError) {
        let digits = word.hasSuffix("L") ? String(word.dropLast()) : word
        guard let number = Int(digits) else { throw reader.damaged("'\(word.prefix(40))' is no number of 64 bits") }
        try push(.integer(number))
    }

    /// Two's complement, little-endian.
    private mutating func pushLong(_ bytes: PickleBytes) throws(ForeignFileError) {
        guard bytes.count <= 8 else { return try push(.largeInteger(bytes)) }
        var number = 0
        for (index, byte) in array(bytes).enumerated() { number |= Int(byte) << (index * 8) }
        let unused = 64 - bytes.count * 8
        try push(.integer(unused < 64 ? (number << unused) >> unused : 0))
    }
}
