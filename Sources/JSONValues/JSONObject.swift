/// The members of a JSON object in the order they were written, found by key in constant time.
///
/// Two objects are equal when they have the same members, in whatever order.
public struct JSONObject: Sendable {
    public private(set) var keys: [String] = []
    public private(set) var values: [JSONValue] = []

    /// Place of each key; only kept for objects too large to search from end to end.
    private var places: [String: Int] = [:]

    private static let searchedWithoutIndex = 16

    public init() {}

    /// - Precondition: no key occurs twice.
    public init(_ members: some Sequence<(String, JSONValue)>) { self.init(Array(members)) }

    /// - Precondition: no key occurs twice.
    public init(_ members: [(String, JSONValue)]) {
        keys.reserveCapacity(members.count)
        values.reserveCapacity(members.count)
        for (key, value) in members {
            let isNew = append(key: key, value: value)
            precondition(isNew, "the key '\(key)' occurs twice")
        }
    }

    public var count: Int { keys.count }
    public var isEmpty: Bool { keys.isEmpty }

    /// The position of a key in `keys` and `values`.
    ///
    /// - Complexity: O(1).
    public func index(of key: String) -> Int? {
        keys.count > Self.searchedWithoutIndex ? places[key] : keys.firstIndex(of: key)
    }

    /// The value of a key. Assigning to a new key appends it; assigning `nil` removes the member, in O(count).
    public subscript(key: String) -> JSONValue? {
        get { index(of: key).map { values[$0] } }
        set {
            switch (index(of: key), newValue) {
            case (let place?, let value?): values[place] = value
            case (nil, let value?): append(key: key, value: value)
            case (let place?, nil): remove(at: place)
            case (nil, nil): break
            }
        }
    }

    /// Appends a member unless the key is there already, and says whether it did.
    @discardableResult
    public mutating func append(key: String, value: JSONValue) -> Bool {
        guard index(of: key) == nil else { return false }
        append(newKey: key, value: value)
        return true
    }

    /// - Precondition: the key is not there yet.
    mutating func append(newKey key: String, value: JSONValue) {
        keys.append(key)
        values.append(value)
        if keys.count == Self.searchedWithoutIndex + 1 {
            places = Dictionary(uniqueKeysWithValues: zip(keys, keys.indices))
        } else if keys.count > Self.searchedWithoutIndex {
            places[key] = keys.count - 1
        }
    }

    private mutating func remove(at place: Int) {
        keys.remove(at: place)
        values.remove(at: place)
        places =
            keys.count > Self.searchedWithoutIndex ? Dictionary(uniqueKeysWithValues: zip(keys, keys.indices)) : [:]
    }
}

extension JSONObject: Sequence {
    public func makeIterator() -> Zip2Sequence<[String], [JSONValue]>.Iterator { zip(keys, values).makeIterator() }
    public var underestimatedCount: Int { count }
}

extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { key, value in right[key] == value }
    }

    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for (key, value) in self {
            var member = Hasher()
            member.combine(key)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
