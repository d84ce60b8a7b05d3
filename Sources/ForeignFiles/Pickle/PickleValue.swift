/// A value of a pickle. Containers and texts are references into the `Pickle` that holds them, so that shared, cyclic
/// and deeply nested values cost nothing to keep, copy and drop.
public enum PickleValue: Sendable, Hashable {
    case none
    case boolean(Bool)
    case integer(Int)
    /// A whole number beyond 64 bits: two's complement, little-endian.
    case largeInteger(PickleBytes)
    case number(Double)
    /// UTF-8.
    case text(PickleBytes)
    /// Bytes, or a string of Python 2, which may be either.
    case bytes(PickleBytes)
    case list(PickleReference)
    case tuple(PickleReference)
    case set(PickleReference)
    case dictionary(PickleReference)
    /// A class or function that is only named.
    case global(PickleReference)
    /// A call that Python would make; here it is only recorded.
    case call(PickleReference)
    /// Something that lies outside the pickle, by the identifier that its writer gave it.
    case persistent(PickleReference)
}

/// Bytes inside a pickle, or unescaped from it.
public struct PickleBytes: Sendable, Hashable {
    let start: Int
    public let count: Int
    let isUnescaped: Bool
}

/// A container, call or name of a pickle.
public struct PickleReference: Sendable, Hashable {
    let index: Int
}

/// A call that a pickle asks for: `global(*arguments)`, then what is set on the result.
public struct PickledCall: Sendable {
    /// `torch._utils._rebuild_tensor_v2`
    public let global: String
    public let arguments: [PickleValue]
    /// What `__setstate__` would get.
    public let state: PickleValue?
}
