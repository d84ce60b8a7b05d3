import Storage

/// How many stages are still to take each output, so that what is open of it can be let go when nobody will.
///
/// Counted by content too: stages that take different outputs with equal content share one artifact.
struct ArtifactTakers {
    private var waiting: [PlannedStage.Source: Int] = [:]
    private var contents: [PlannedStage.Source: Digest] = [:]
    private var waitingByContent: [Digest: Int] = [:]

    /// A stage is to run, perhaps again.
    mutating func add(_ stage: PlannedStage) { for source in stage.inputs.flatMap(\.sources) { change(source, by: 1) } }

    /// A stage that was to run has ended, or never will begin.
    ///
    /// - Returns: the content that no stage takes any more.
    mutating func remove(_ stage: PlannedStage) -> Set<Digest> {
        var unused: Set<Digest> = []
        for source in stage.inputs.flatMap(\.sources) {
            change(source, by: -1)
            if let content = contents[source], waitingByContent[content] == 0 { unused.insert(content) }
        }
        return unused
    }

    /// The outputs of a stage are there.
    mutating func found(_ object: StoredObject, of position: Int) {
        for port in object.manifest.ports {
            let source = PlannedStage.Source(stage: position, port: port.name)
            contents[source] = port.digest
            waitingByContent[port.digest, default: 0] += waiting[source, default: 0]
        }
    }

    /// They are of no use, and will be made again.
    mutating func lost(_ object: StoredObject, of position: Int) {
        for port in object.manifest.ports {
            let source = PlannedStage.Source(stage: position, port: port.name)
            guard let content = contents.removeValue(forKey: source) else { continue }
            waitingByContent[content]! -= waiting[source, default: 0]
        }
    }

    private mutating func change(_ source: PlannedStage.Source, by difference: Int) {
        waiting[source, default: 0] += difference
        if let content = contents[source] { waitingByContent[content]! += difference }
    }
}
