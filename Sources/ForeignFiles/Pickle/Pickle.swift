/// What a Python pickle says, as data: values, and the calls it asks for, none of which is made.
///
/// Protocols 0 to 5. The names of classes and functions must be on a list that the caller gives; every other name is an
/// error that says it. Time is linear in the bytes.
///
/// Source: CPython, `Lib/pickletools.py`, which describes every opcode.
public struct Pickle: Sendable {
    public let root: PickleValue
    /// Bytes up to the end of the pickle; more may follow.
    public let byteCount: Int
    private let arena: PickleArena
    private let source: ForeignBytes

    /// Reads the pickle that begins at the start of `bytes`.
    /// - Throws: `ForeignFileError` when it is damaged, exceeds `limit`, or names what `globals` does not allow.
    public init(
        _ bytes: ForeignBytes, globals: PickleGlobals, limit: Int? = nil
    ) throws(ForeignFileError) {
        source = bytes
        let result = try bytes.withUnsafeBytes { buffer throws(ForeignFileError) in
            var unpickler = Unpickler(
                PickleReader(bytes: buffer, source: bytes), globals: globals,
                limit: limit ?? Self.usualLimit(byteCount: buffer.count))
            let root = try unpickler.run()
            return (root, unpickler.reader.position, unpickler.arena)
        }
        (root, byteCount, arena) = result
    }

    /// Values that a pickle of a size may have: ten times what the largest real ones do, and one for two bytes, where a
    /// `state_dict` takes four for each.
    private static func usualLimit(byteCount: Int) -> Int { min(1 << 21, 1 << 16 + byteCount / 2) }

    /// The text of a value: a string, or bytes that are ASCII, as Python 2 wrote names.
    public func text(_ value: PickleValue) -> String? {
        switch value {
        case .text(let bytes): withUnsafeBytes(of: bytes) { String(decoding: $0, as: UTF8.self) }
        case .bytes(let bytes):
            withUnsafeBytes(of: bytes) { buffer in
                buffer.allSatisfy { $0 < 0x80 } ? String(decoding: buffer, as: UTF8.self) : nil
            }
        default: nil
        }
    }

    /// Elements of a list, tuple or set.
    public func elements(_ value: PickleValue) -> [PickleValue]? {
        switch value {
        case .list(let reference), .tuple(let reference), .set(let reference): arena.nodes[reference.index]
        default: nil
        }
    }

    /// Keys and values of a dictionary of any kind, in their order. Of equal keys the last counts.
    ///
    /// - Parameter limit: takes that many at most, at no more cost: any number of values may share one dictionary.
    public func pairs(_ value: PickleValue, atMost limit: Int = .max) -> [(key: PickleValue, value: PickleValue)]? {
        switch value {
        case .dictionary(let reference): return Self.pairs(arena.nodes[reference.index], atMost: limit)
        case .call(let reference):
            let call = arena.calls[reference.index]
            guard PickleGlobals.dictionaries.contains(arena.globals[call.global]) else { return nil }
            let initial = initialPairs(call, atMost: limit)
            return initial + Self.pairs(call.pairs, atMost: limit - initial.count)
        default: return nil
        }
    }

    /// The value of a text key of a dictionary.
    public func value(_ key: String, of dictionary: PickleValue) -> PickleValue? {
        pairs(dictionary)?.last { text($0.key) == key }?.value
    }

    public func integer(_ value: PickleValue) -> Int? {
        guard case .integer(let number) = value else { return nil }
        return number
    }

    /// The dotted name of a class or function that is named.
    public func global(_ value: PickleValue) -> String? {
        guard case .global(let reference) = value else { return nil }
        return arena.globals[reference.index]
    }

    public func call(_ value: PickleValue) -> PickledCall? {
        guard case .call(let reference) = value else { return nil }
        let call = arena.calls[reference.index]
        return PickledCall(
            global: arena.globals[call.global], arguments: elements(call.arguments) ?? [], state: call.state)
    }

    /// The identifier of a value that lies outside.
    public func persistentIdentifier(_ value: PickleValue) -> PickleValue? {
        guard case .persistent(let reference) = value else { return nil }
        return arena.identifiers[reference.index]
    }

    /// The identifiers of all values that lie outside, each as often as it is asked for.
    public var persistentIdentifiers: [PickleValue] { arena.identifiers }

    /// Lends the bytes of a text, of bytes or of a large integer.
    public func withUnsafeBytes<Result>(of bytes: PickleBytes, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let range = bytes.start..<bytes.start + bytes.count
        return bytes.isUnescaped
            ? arena.unescaped.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
            : source.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// An error about the pickle as a whole.
    public func error(_ what: String, fix: String = ForeignFileError.damaged) -> ForeignFileError {
        source.error(at: 0, what, fix: fix)
    }

    /// `OrderedDict([[key, value], …])`, as Python 2 wrote it.
    private func initialPairs(
        _ call: PickleArena.Call, atMost limit: Int
    ) -> [(key: PickleValue, value: PickleValue)] {
        guard let last = elements(call.arguments)?.last else { return [] }
        if case .dictionary(let reference) = last { return Self.pairs(arena.nodes[reference.index], atMost: limit) }
        return (elements(last) ?? []).prefix(limit).compactMap { pair in
            guard let pair = elements(pair), pair.count == 2 else { return nil }
            return (pair[0], pair[1])
        }
    }

    /// - Parameter flat: key, value, key, value, ….
    private static func pairs(
        _ flat: [PickleValue], atMost limit: Int
    ) -> [(key: PickleValue, value: PickleValue)] {
        (0..<min(flat.count / 2, limit)).map { (flat[2 * $0], flat[2 * $0 + 1]) }
    }
}
