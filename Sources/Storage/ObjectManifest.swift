public import JSONValues

/// What an object holds: `manifest.json` in its folder.
public struct ObjectManifest: Sendable, Hashable {
    /// A file of an output.
    public struct File: Sendable, Hashable {
        /// Relative to the object's folder.
        public var path: String
        public var size: Int
        /// Of the content: of the data alone where the format has a digest of its own.
        public var digest: Digest
        /// Of the bytes.
        public var byteDigest: Digest

        public init(path: String, size: Int, digest: Digest, byteDigest: Digest) {
            self.path = path
            self.size = size
            self.digest = digest
            self.byteDigest = byteDigest
        }
    }

    /// One output: its files and the digest over their paths and contents.
    public struct Port: Sendable, Hashable {
        public var name: String
        public var kind: String
        public var digest: Digest
        /// Sorted by path.
        public var files: [File]

        public init(name: String, kind: String, files: [File]) {
            self.name = name
            self.kind = kind
            self.files = files.sorted { $0.path < $1.path }
            var builder = DigestBuilder()
            for file in self.files { builder.update("\(file.path) \(file.digest)\n") }
            digest = builder.digest
        }

        init(name: String, kind: String, digest: Digest, sortedFiles: [File]) {
            (self.name, self.kind, self.digest, files) = (name, kind, digest, sortedFiles)
        }
    }

    public var key: Digest

    /// Everything that the key was made from, so that a changed key can be explained. Read from its text at each call.
    public var keyManifest: JSONValue { keyManifestText.value }

    public var ports: [Port]

    /// What was noted while the object was made (metrics, warnings, times, host). Never part of a key. Read from its text
    /// at each call.
    public var record: JSONObject { recordText.value.object ?? [:] }

    /// ``keyManifest``, to be written somewhere else without reading it.
    public let keyManifestText: DeferredJSON

    /// ``record``, to be written somewhere else without reading it.
    public let recordText: DeferredJSON

    public init(key: Digest, keyManifest: JSONValue, ports: [Port], record: JSONObject) {
        self.init(
            key: key, keyManifest: DeferredJSON(keyManifest), ports: ports, record: DeferredJSON(.object(record)))
    }

    init(key: Digest, keyManifest: DeferredJSON, ports: [Port], record: DeferredJSON) {
        self.key = key
        self.ports = ports
        keyManifestText = keyManifest
        recordText = record
    }

    public func port(_ name: String) -> Port? { ports.first { $0.name == name } }

    public var files: [File] { ports.flatMap(\.files) }

    static let fileName = "manifest.json"
    fileprivate static let format = "convscope-object 2"
}

/// A JSON value that is perhaps still a text: of thousands of objects that are found, few are asked for it.
public struct DeferredJSON: Sendable, Hashable {
    private enum Form: Sendable {
        case value(JSONValue)
        case text(ArraySlice<UInt8>)
    }

    private let form: Form

    public init(_ value: JSONValue) { form = .value(value) }

    init(text: ArraySlice<UInt8>) { form = .text(text) }

    var value: JSONValue {
        switch form {
        case .value(let value): value
        case .text(let text): (try? JSONDocument(parsing: Array(text)).root) ?? .null
        }
    }

    /// Without line breaks.
    public var text: ArraySlice<UInt8> {
        switch form {
        case .value(let value): Array(value.compactText.utf8)[...]
        case .text(let text): text
        }
    }

    public static func == (left: DeferredJSON, right: DeferredJSON) -> Bool { left.value == right.value }
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

// MARK: - Text

extension ObjectManifest {
    /// The whole file. Its last member is the digest of everything before it, so that no changed bit goes unseen.
    var text: String {
        let covered = json.prettyText.dropLast(2) + ",\n"
        return covered + Self.ending(Digest(of: String(covered)))
    }

    /// `nil` where anything is missing, of the wrong type, contradicts itself or the digest.
    init?(parsing bytes: [UInt8]) {
        let covered = bytes.dropLast(Self.ending(Digest(of: "")).utf8.count)
        var builder = DigestBuilder()
        builder.update(covered)
        guard bytes[covered.endIndex...].elementsEqual(Self.ending(builder.digest).utf8),
            let json = try? JSONDocument(parsing: bytes).root
        else { return nil }
        self.init(json: json)
    }

    private static func ending(_ digest: Digest) -> String { "  \"checksum\": \"\(digest)\"\n}\n" }
}

// MARK: - JSON

extension ObjectManifest {
    private var json: JSONValue {
        let outputs = ports.map { port -> (String, JSONValue) in
            let files = port.files.map { file -> JSONValue in
                var json: JSONValue = [
                    "path": .string(file.path), "size": .integer(file.size), "digest": .string(file.digest.hex),
                ]
                if file.byteDigest != file.digest { json["bytes"] = .string(file.byteDigest.hex) }
                return json
            }
            return (
                port.name, ["kind": .string(port.kind), "digest": .string(port.digest.hex), "files": .array(files)]
            )
        }
        return [
            "format": .string(Self.format), "key": .string(key.hex), "manifest": keyManifest,
            "outputs": .object(JSONObject(outputs)), "record": .object(record),
        ]
    }

    private init?(json: JSONValue) {
        guard json["format"] == .string(Self.format), let key = Digest(json["key"]), let keyManifest = json["manifest"],
            let outputs = json["outputs"]?.object, let record = json["record"]?.object
        else { return nil }
        var ports: [Port] = []
        for (name, output) in outputs {
            guard let kind = output["kind"]?.string, let digest = Digest(output["digest"]),
                let list = output["files"]?.array
            else { return nil }
            let files = list.compactMap(File.init(json:))
            let port = Port(name: name, kind: kind, files: files)
            guard files.count == list.count, port.digest == digest else { return nil }
            ports.append(port)
        }
        self.init(key: key, keyManifest: keyManifest, ports: ports, record: record)
    }
}

extension ObjectManifest.File {
    fileprivate init?(json: JSONValue) {
        guard let path = json["path"]?.string, let size = json["size"]?.int, let digest = Digest(json["digest"]),
            !path.hasPrefix("/"), !path.split(separator: "/").contains("..")
        else { return nil }
        let byteDigest = json["bytes"].map { Digest($0) } ?? digest
        guard let byteDigest else { return nil }
        self.init(path: path, size: size, digest: digest, byteDigest: byteDigest)
    }
}

extension Digest {
    fileprivate init?(_ json: JSONValue?) {
        guard let text = json?.string else { return nil }
        self.init(hex: text)
    }
}
