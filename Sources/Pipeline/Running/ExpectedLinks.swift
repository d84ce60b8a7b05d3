import Storage

/// Which links there are where every stage's outputs are linked. Safe to use from any thread.
struct ExpectedLinks: Sendable {
    /// `outputs` of the run folder, absolute.
    let folder: String

    /// From a stage's folder to that of the store.
    let wayToStore: String

    /// Of the store's own path, in bytes.
    let storeLength: Int

    /// Whether the links of a stage are there and right.
    func areThere(for object: StoredObject, of planned: PlannedStage) -> Bool {
        let stageFolder = folder + "/" + fileName(ofStage: planned.id)
        let target = target(of: object)
        return Self.names(of: object).allSatisfy {
            (try? FileSystem.target(ofLink: stageFolder + "/" + $0)) == target + "/" + $0
        }
    }

    /// The object's folder, seen from a stage's folder.
    func target(of object: StoredObject) -> String {
        wayToStore + Substring(object.folder.utf8.dropFirst(storeLength))
    }

    /// What is linked of an object: a port's folder as a whole.
    static func names(of object: StoredObject) -> [String] {
        var names: [String] = []
        for file in object.manifest.ports.flatMap(\.files) {
            let name = String(file.path.prefix { $0 != "/" })
            if names.last != name, !names.contains(name) { names.append(name) }
        }
        return names
    }
}
