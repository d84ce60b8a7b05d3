import ForeignFiles

/// The variables of the layers in a Keras file, in each of the layouts that Keras has had.
struct KerasVariables: Sendable {
    struct Variable: Sendable {
        /// The layer's name and the parameter's as this program calls it: `conv2d.weight`.
        let name: String
        /// As Keras calls it: `kernel`, `moving_mean`, ….
        let role: String
        /// The innermost layer that it belongs to.
        let owner: String
        let dataset: HDF5Dataset
        let order: KerasAxes

        var shape: [Int] { order.shape(of: dataset.shape) }
    }

    let all: [Variable]
    /// Positions in `all`, by the name of the outermost layer, or by the group of a layer in files of Keras 3.
    private var positions: [String: [Int]] = [:]
    /// Positions in `all`, by the names of the outermost and the innermost layer.
    private var innerPositions: [[String]: [Int]] = [:]
    /// Bytes of the file, times what is granted for compression.
    let sizeLimit: Int

    /// - Throws: where the file is damaged.
    init(_ root: HDF5Object) throws(ForeignFileError) {
        sizeLimit = root.sizeLimit
        var objects: [String: HDF5Object] = [:]
        let below = try root.descendants()
        for object in below { objects[object.path] = object }
        let weights = objects["/model_weights"] ?? root
        var found: [(key: String, variable: Variable)] = []
        if let layers = try weights.texts("layer_names") {
            found = try Self.named(layers, below: weights.path == "/" ? "" : weights.path, objects)
        } else {
            found = try Self.numbered(below, objects)
        }
        all = found.map(\.variable)
        for (index, entry) in found.enumerated() {
            positions[entry.key, default: []].append(index)
            innerPositions[[entry.key, entry.variable.owner], default: []].append(index)
        }
    }

    /// The variables of a layer, by role.
    func variables(of layer: KerasGraph.Origin) -> [String: Variable] {
        let found =
            positions[layer.group]
            ?? (layer.name == layer.outermost
                ? positions[layer.name] : innerPositions[[layer.outermost, layer.name]])
        return Dictionary((found ?? []).map { (all[$0].role, all[$0]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Keras 1 and 2: the root lists the layers, and each layer its variables.
    private static func named(
        _ layers: [String], below parent: String, _ objects: [String: HDF5Object]
    ) throws(ForeignFileError) -> [(key: String, variable: Variable)] {
        var found: [(key: String, variable: Variable)] = []
        for layer in Set(layers).count == layers.count ? layers : [] {
            guard let group = objects["\(parent)/\(layer)"], let names = try group.texts("weight_names") else {
                continue
            }
            var entries: [(owner: String, role: String, object: HDF5Object)] = []
            var isInner = false
            for name in names {
                guard let object = objects["\(parent)/\(layer)/\(name)"] else { continue }
                let parts = name.split(separator: "/").map(String.init)
                let owner = parts.count > 1 ? parts[parts.count - 2] : layer
                let role = KerasRole.name(of: parts.last ?? "", layer: layer)
                // A model within the model: it is named in the path, or has several variables of one role.
                isInner = isInner || owner != layer && parts.contains(layer) || entries.contains { $0.role == role }
                entries.append((owner, role, object))
            }
            for entry in entries {
                let roles = Set(entries.filter { $0.owner == entry.owner }.map(\.role))
                let parts = (isInner && entry.owner != layer ? [layer, entry.owner] : [layer])
                found.append(
                    (layer, try variable(entry.object, parts, owner: entry.owner, role: entry.role, among: roles)))
            }
        }
        return found
    }

    /// Keras 3: a group of numbered variables for each layer, by the layer's class.
    private static func numbered(
        _ below: [HDF5Object], _ objects: [String: HDF5Object]
    ) throws(ForeignFileError) -> [(key: String, variable: Variable)] {
        var counts: [Substring: Int] = [:]
        for object in below where !object.isGroup { counts[object.path.parent, default: 0] += 1 }
        var entries: [(group: [String], owner: String, role: String, roles: Set<String>, object: HDF5Object)] = []
        for object in below where !object.isGroup {
            var parts = object.path.split(separator: "/").map(String.init)
            guard parts.count >= 3, let number = Int(parts.removeLast()), parts.removeLast() == "vars" else { continue }
            let container = objects["/" + parts.joined(separator: "/") + "/vars"]
            let owner = try container?.texts("name")?.first ?? parts[parts.count - 1]
            let roles = KerasRole.roles(inGroup: parts[parts.count - 1], count: counts[object.path.parent] ?? 0)
            let role = number >= 0 && number < roles.count ? roles[number] : "\(number)"
            // Files before Keras 3.1 call the list of layers so.
            let group = parts.map { $0 == "_layer_checkpoint_dependencies" ? "layers" : $0 }
            entries.append((group, owner, role, Set(roles), object))
        }
        // Models within a model may have layers of the same name; then the groups that lead to them tell them apart.
        let groups = Dictionary(grouping: entries, by: \.owner).mapValues { Set($0.map(\.group)).count }
        return try entries.map { entry throws(ForeignFileError) in
            let path = groups[entry.owner]! > 1 ? entry.group.dropLast().filter { $0 != "layers" } : []
            let variable = try variable(
                entry.object, path + [entry.owner], owner: entry.owner, role: entry.role, among: entry.roles)
            return (entry.group.joined(separator: "/"), variable)
        }
    }

    /// - Parameter roles: of all variables of the layer.
    private static func variable(
        _ object: HDF5Object, _ layer: [String], owner: String, role: String, among roles: Set<String>
    ) throws(ForeignFileError) -> Variable {
        let dataset = try object.dataset()
        let name = layer.flatMap { $0.split(separator: "/") }.joined(separator: ".")
        return Variable(
            name: name + "." + KerasRole.parameter(role, isSeparable: roles.contains("pointwise_kernel")), role: role,
            owner: owner, dataset: dataset, order: KerasAxes(role: role, rank: dataset.shape.count))
    }
}

/// What the variables of Keras's layers are called.
enum KerasRole {
    /// From the last part of a path: `kernel:0`, or `convolution2d_1_W:0` of Keras 1.
    static func name(of path: String, layer: String) -> String {
        let name = String(path.prefix { $0 != ":" })
        // Keras 1: the layer's name, a letter, and sometimes a number.
        for (ending, role) in [
            ("_W", "kernel"), ("_b", "bias"), ("_gamma", "gamma"), ("_beta", "beta"), ("_running_mean", "moving_mean"),
            ("_running_std", "moving_variance"),
        ] where name == layer + ending || name.hasPrefix(layer + ending + "_") { return role }
        return name
    }

    /// The roles of numbered variables, by the group that is named after the layer's class.
    /// - Parameter count: of the variables. A normalization without factors or offsets has fewer; which of the two a
    ///   single one is, only the layer's configuration says.
    static func roles(inGroup group: String, count: Int) -> [String] {
        var name = Substring(group)
        while name.last?.isNumber == true { name.removeLast() }
        if name.last == "_" { name.removeLast() } else { name = Substring(group) }
        switch name {
        case "batch_normalization":
            return Array(["gamma", "beta", "moving_mean", "moving_variance"].suffix(max(count, 2)))
        case "depthwise_conv2d": return ["depthwise_kernel", "bias"]
        case "separable_conv2d": return ["depthwise_kernel", "pointwise_kernel", "bias"]
        case "normalization": return ["mean", "variance", "count"]
        default: return ["kernel", "bias"]
        }
    }

    /// As the parameter is called here.
    static func parameter(_ role: String, isSeparable: Bool = false) -> String {
        switch role {
        case "depthwise_kernel" where isSeparable: "depthwise.weight"
        case "pointwise_kernel": "pointwise.weight"
        case "bias" where isSeparable: "pointwise.bias"
        case "kernel", "gamma", "depthwise_kernel": "weight"
        case "beta": "bias"
        case "moving_mean": "running_mean"
        case "moving_variance": "running_var"
        default: role
        }
    }
}

extension String {
    /// The path of the group that an object is in.
    fileprivate var parent: Substring { self[..<(lastIndex(of: "/") ?? startIndex)] }
}

extension HDF5Object {
    /// An attribute of texts, which Keras cuts into `name0`, `name1`, … where it is long.
    fileprivate func texts(_ name: String) throws(ForeignFileError) -> [String]? {
        var whole: [String]?
        var parts: [Int: [String]] = [:]
        for attribute in try attributes() {
            if attribute.name == name { whole = try attribute.strings() }
            if attribute.name.hasPrefix(name), let number = Int(attribute.name.dropFirst(name.count)) {
                parts[number] = try attribute.strings()
            }
        }
        if let whole { return whole }
        return parts.isEmpty ? nil : parts.sorted { $0.key < $1.key }.flatMap(\.value)
    }
}
