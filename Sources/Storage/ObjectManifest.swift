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
    }

    public var key: Digest

    /// Everything that the key was made from, so that a changed key can be explained.
    public var keyManifest: JSONValue

    public var ports: [Port]

    /// What was noted while the object was made (metrics, warnings, times, host). Never part of a key.
    public var record: JSONObject

    public init(key: Digest, keyManifest: JSONValue, ports: [Port], record: JSONObject) {
        self.key = key
        self.keyManifest = keyManifest
        self.ports = ports
        self.record = record
    }

    public func port(_ name: String) -> Port? { ports.first { $0.name == name } }

    static let fileName = "manifest.json"
    private static let format = "convscope-object 1"
}

// MARK: - JSON

extension ObjectManifest {
    var json: JSONValue {
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

    /// `nil` where anything is missing, of the wrong type, or contradicts itself.
    init?(json: JSONValue) {
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
    init?(_ json: JSONValue?) {
        guard let text = json?.string else { return nil }
        self.init(hex: text)
    }
}
