/// What an attribute holds.
public enum HDF5AttributeValue: Sendable, Equatable {
    case string(String)
    case strings([String])
    case integer(Int)
    case integers([Int])
    case number(Double)
    case numbers([Double])
    case boolean(Bool)
    /// Something that this program does not write, in words.
    case other(String)
}

extension HDF5AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}

/// A named value on a file, group or dataset.
public struct HDF5Attribute: Sendable, Equatable {
    public let name: String
    public let value: HDF5AttributeValue

    public init(name: String, value: HDF5AttributeValue) {
        self.name = name
        self.value = value
    }
}

extension HDF5File {
    /// The attributes of a group or dataset, or of the file (`/`), sorted by the bytes of their names; without those
    /// that HDF5 keeps dimension scales in.
    /// - Throws: `HDF5Error`.
    public func attributes(of path: String = "/") throws -> [HDF5Attribute] {
        try Library.call {
            let path = ObjectPath.normalized(path)
            return try AttributeAccess(object: try open(path), place: place(path)).all()
        }
    }

    /// One attribute, `nil` if there is none of this name.
    /// - Throws: `HDF5Error`.
    public func attribute(_ name: String, of path: String = "/") throws -> HDF5AttributeValue? {
        try Library.call {
            let path = ObjectPath.normalized(path)
            return try AttributeAccess(object: try open(path), place: place(path)).value(name)
        }
    }

    /// Sets an attribute on a group or dataset that exists, or on the file (`/`).
    /// - Throws: `HDF5Error`.
    public func setAttribute(_ name: String, _ value: HDF5AttributeValue, of path: String = "/") throws {
        precondition(isWritable, "\(self.path) is open for reading")
        try Library.call {
            let path = ObjectPath.normalized(path)
            try AttributeAccess(object: try open(path), place: place(path)).set(name, value)
        }
    }
}

extension HDF5Dataset {
    /// The attributes, sorted by the bytes of their names; without those that HDF5 keeps dimension scales in.
    /// - Throws: `HDF5Error`.
    public func attributes() throws -> [HDF5Attribute] { try Library.call { try attributeAccess.all() } }

    /// One attribute, `nil` if there is none of this name.
    /// - Throws: `HDF5Error`.
    public func attribute(_ name: String) throws -> HDF5AttributeValue? {
        try Library.call { try attributeAccess.value(name) }
    }

    /// Sets an attribute.
    /// - Throws: `HDF5Error`.
    public func setAttribute(_ name: String, _ value: HDF5AttributeValue) throws {
        precondition(file.isWritable, "\(file.path) is open for reading")
        try Library.call { try attributeAccess.set(name, value) }
    }
}
