/// What a stage needs to go on from somewhere in the middle: arrays by name.
///
/// Arrays are not copied until they are written, so a checkpoint of gigabytes costs no second set of them.
public struct Checkpoint: Sendable {
    /// The bytes of one array.
    struct Part: Sendable {
        let byteCount: Int
        let withBytes: @Sendable ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    }

    private(set) var parts: [String: Part] = [:]

    public init() {}

    /// - Parameters:
    ///   - parts: where each array lies in `bytes`.
    init(_ parts: [String: Range<Int>], in bytes: [UInt8]) {
        for (name, range) in parts {
            setBytes(name, count: range.count) { body in
                try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
            }
        }
    }

    /// Puts an array in, in place of one of that name.
    public mutating func set<Element: BitwiseCopyable & Sendable>(_ name: String, _ values: [Element]) {
        setBytes(name, count: values.count * MemoryLayout<Element>.stride) { try values.withUnsafeBytes($0) }
    }

    /// Puts in bytes that are only asked for when the checkpoint is written.
    public mutating func setBytes(
        _ name: String, count: Int,
        _ withBytes: @escaping @Sendable ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) {
        parts[name] = Part(byteCount: count, withBytes: withBytes)
    }

    /// The array of a name; `nil` where there is none, or its bytes are no whole number of elements.
    public func array<Element: BitwiseCopyable>(_ name: String, of type: Element.Type = Element.self) -> [Element]? {
        let stride = MemoryLayout<Element>.stride
        guard let part = parts[name], part.byteCount % stride == 0 else { return nil }
        return try? [Element](unsafeUninitializedCapacity: part.byteCount / stride) { buffer, count in
            try part.withBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            count = part.byteCount / stride
        }
    }

    /// The single value of a name; `nil` where there is no array of one element.
    public func value<Element: BitwiseCopyable>(_ name: String, of type: Element.Type = Element.self) -> Element? {
        guard let array = array(name, of: type), array.count == 1 else { return nil }
        return array[0]
    }

    /// Sorted.
    public var names: [String] { parts.keys.sorted() }

    public var byteCount: Int { parts.values.reduce(0) { $0 + $1.byteCount } }
}
