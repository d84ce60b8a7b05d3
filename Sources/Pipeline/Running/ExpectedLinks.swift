import Storage

/// Which links there are where every stage's outputs are linked. Safe to use from any thread.
struct ExpectedLinks: Sendable {
    /// `outputs` of the run folder, absolute.
    let folder: String

    /// From a stage's folder to that of the store.
    let wayToStore: String

    /// Of the store's own path, in bytes.
    let storeLength: Int

    /// Of each stage that has a result, whether its links are there and right.
    func areThere(for objects: [StoredObject?], of plan: Plan) -> [Bool] {
        // A first run has none yet.
        guard let outputs = try? OpenFolder(folder) else { return Array(repeating: false, count: objects.count) }
        return concurrentMap(objects.count) { position in
            objects[position].map { areThere(for: $0, of: plan.stages[position], in: outputs) } ?? false
        }
    }

    /// - Parameter outputs: ``folder``.
    private func areThere(for object: StoredObject, of planned: PlannedStage, in outputs: OpenFolder) -> Bool {
        let stageFolder = fileName(ofStage: planned.id)
        let target = target(of: object)
        return Self.names(of: object).allSatisfy { outputs.holdsLink(stageFolder + "/" + $0, to: target + "/" + $0) }
    }

    /// Whether the links of a stage are there and right.
    func areThere(for object: StoredObject, of planned: PlannedStage) -> Bool {
        (try? OpenFolder(folder)).map { areThere(for: object, of: planned, in: $0) } ?? false
    }

    /// The object's folder, seen from a stage's folder.
    func target(of object: StoredObject) -> String {
        wayToStore + Substring(object.folder.utf8.dropFirst(storeLength))
    }

    /// What is linked of an object: a port's folder as a whole.
    static func names(of object: StoredObject) -> [String] {
        var names: [String] = []
        for port in object.manifest.ports {
            for file in port.files {
                let name = String(Substring(file.path.utf8.prefix { $0 != UInt8(ascii: "/") }))
                if names.last != name, !names.contains(name) { names.append(name) }
            }
        }
        return names
    }
}
