/// A JSON text that was read: its value, and where each part of it stood.
public struct JSONDocument: Sendable {
    public struct Position: Sendable, Hashable {
        /// From 1.
        public var line: Int

        /// In characters (Unicode scalars), from 1.
        public var column: Int

        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// A key that occurs a second time in one object. The document has its first value.
    public struct DuplicateKey: Sendable, Hashable {
        public var path: JSONPath
        public var position: Position
        public var firstPosition: Position
    }

    /// The longest text that is read, in bytes.
    public static let sizeLimit = 64 << 20

    /// How deep lists and objects may be nested.
    public static let depthLimit = 512

    public let root: JSONValue

    /// At most 100 of them.
    public private(set) var duplicateKeys: [DuplicateKey] = []

    private let bytes: [UInt8]
    private let lines: JSONLines

    /// Every value in the order of the text.
    private let nodes: [Node]

    /// Where a value starts, and how many values it holds, itself counted.
    struct Node: Sendable {
        var offset: Int32
        var subtree: Int32
    }

    /// Reads UTF-8 text; a byte order mark is skipped.
    ///
    /// - Parameter limit: the longest text that is read, in bytes. What is read takes up to 40 times as much memory.
    /// - Throws: ``JSONSyntaxError`` with line, column and what was expected, also for text that is too long or too
    ///   deeply nested.
    /// - Complexity: O(bytes).
    public init(parsing bytes: [UInt8], limit: Int = sizeLimit) throws(JSONSyntaxError) {
        guard bytes.count <= limit else {
            throw JSONSyntaxError(
                position: Position(line: 1, column: 1),
                message: "the text has \(bytes.count) bytes; at most \(limit) (\(limit >> 20) MB) are read")
        }
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONParser.Output, JSONSyntaxError> in
            var parser = JSONParser(bytes: buffer)
            do throws(JSONSyntaxError) { return .success(try parser.parse()) } catch { return .failure(error) }
        }
        let output = try result.get()
        self.bytes = bytes
        lines = bytes.withUnsafeBufferPointer(JSONLines.init)
        root = output.root
        nodes = output.nodes
        duplicateKeys = output.duplicates.map {
            DuplicateKey(
                path: path(ofNode: $0.object).appending($0.key), position: position(ofByte: $0.offset),
                firstPosition: position(ofByte: $0.firstOffset))
        }
    }

    public init(parsing text: String) throws(JSONSyntaxError) { try self.init(parsing: Array(text.utf8)) }

    /// Where a value stands; for the member of an object, where its key stands. `nil` where the path leads nowhere.
    ///
    /// - Complexity: O(siblings on the way).
    public func position(of path: JSONPath) -> Position? {
        var value = root
        var node = 0
        for component in path.components {
            let child: Int
            switch (component, value) {
            case (.key(let key), .object(let members)):
                guard let index = members.index(of: key) else { return nil }
                (child, value) = (index, members.values[index])
            case (.index(let index), .array(let elements)) where elements.indices.contains(index):
                (child, value) = (index, elements[index])
            default: return nil
            }
            node += 1
            for _ in 0..<child { node += Int(nodes[node].subtree) }
        }
        return position(ofByte: Int(nodes[node].offset))
    }

    /// Where the deepest part of the path that exists stands: what a message about something missing points at.
    public func nearestPosition(of path: JSONPath) -> Position {
        var path = path
        while true {
            if let position = position(of: path) { return position }
            path = path.parent
        }
    }

    private func path(ofNode target: Int) -> JSONPath {
        var path = JSONPath.root
        var value = root
        var node = 0
        while node < target {
            node += 1
            var child = 0
            while node + Int(nodes[node].subtree) <= target {
                node += Int(nodes[node].subtree)
                child += 1
            }
            switch value {
            case .object(let members):
                path = path.appending(members.keys[child])
                value = members.values[child]
            case .array(let elements):
                path = path.appending(child)
                value = elements[child]
            default: preconditionFailure("the node \(target) lies in \(value.inWords)")
            }
        }
        return path
    }

    private func position(ofByte offset: Int) -> Position {
        bytes.withUnsafeBufferPointer { lines.position(ofByte: offset, in: $0) }
    }
}

/// Text that is not JSON. Prints as `line 3, column 7: expected ':' after the key "a", found '}'`.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    public var position: JSONDocument.Position
    public var message: String

    public var description: String { "line \(position.line), column \(position.column): \(message)" }
}
