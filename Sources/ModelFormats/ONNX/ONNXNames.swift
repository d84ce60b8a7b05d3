/// Names for layers: those that the network had where it was trained, as far as the file still tells.
///
/// PyTorch's exporters keep them in the names of weights (`layer1.0.conv1.weight`), and those of modules without
/// weights in the path of the node (`/layer1/layer1.0/relu/Relu`) or in a note beside it. Otherwise a layer is called
/// as its node, or as what the node makes. Slashes, which separate groups in our files, become dots.
struct ONNXNames {
    /// Paths of modules that have others below.
    private let containers: Set<String>
    private var taken: Set<String> = ["input"]
    private var counts: [String: Int] = [:]

    init(_ nodes: [ONNXNode]) {
        var containers: Set<String> = []
        for node in nodes {
            guard let path = Self.modulePath(of: node) else { continue }
            for index in path.indices where path[index] == "." { containers.insert(String(path[..<index])) }
        }
        self.containers = containers
    }

    /// A name that no layer has yet.
    /// - Parameter weight: name of the tensor that the layer learned, if it has one.
    mutating func name(of node: ONNXNode, weight: String? = nil) -> String {
        let wish = Self.allowed(wish(node, weight))
        var name = wish
        while !taken.insert(name).inserted {
            counts[wish, default: 0] += 1
            name = "\(wish)_\(counts[wish]!)"
        }
        return name
    }

    private func wish(_ node: ONNXNode, _ weight: String?) -> String {
        if let weight, weight.hasSuffix(".weight") { return String(weight.dropLast(".weight".count)) }
        if let path = Self.modulePath(of: node) {
            if path.isEmpty { return node.operation.lowercased() }
            return containers.contains(path) ? path + "." + node.operation.lowercased() : path
        }
        let name = node.name.hasPrefix("node_") ? "" : node.name
        return name.isEmpty ? node.outputs.first ?? "" : name
    }

    /// `layer1.0.relu`, the module that a node was part of; `nil` where nothing tells.
    private static func modulePath(of node: ONNXNode) -> String? {
        let path = node.scopes.isEmpty ? Self.path(ofNode: node.name) : Self.path(ofScopes: node.scopes)
        return path.flatMap { $0.utf8.count { $0 == UInt8(ascii: ".") } <= 16 ? $0 : nil }
    }

    /// From `/layer1/layer1.0/relu/Relu`. The children of a `Sequential` repeat its name: `layer1.0` below `layer1`.
    private static func path(ofNode name: String) -> String? {
        guard name.hasPrefix("/"), name.utf8.count <= 200 else { return nil }
        var path: [Substring] = []
        for part in name.split(separator: "/").dropLast() {
            if let last = path.last, part.hasPrefix(last + ".") { path.removeLast() }
            path.append(part)
        }
        return path.joined(separator: ".")
    }

    /// From `['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu']`, where the last is the operation.
    private static func path(ofScopes scopes: String) -> String? {
        guard scopes.utf8.count <= 2000 else { return nil }
        let names = scopes.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map(\.element)
        return names.count >= 2 ? String(names[names.count - 2]) : nil
    }

    /// What a layer can be called: not empty, without slashes and control characters, and short.
    private static func allowed(_ name: String) -> String {
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in name.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= 150 else { break }
            let isAllowed = scalar != "/" && scalar.properties.generalCategory != .control
            result.append(isAllowed ? scalar : ".")
        }
        let allowed = String(result)
        return allowed.allSatisfy { $0 == "." } ? "layer" : allowed
    }
}
