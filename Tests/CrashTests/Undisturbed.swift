import Storage

/// What a pipeline leaves when nothing disturbs it.
struct Undisturbed: Sendable {
    let file: String
    let outputs: Outputs
    let objects: Outputs

    /// - Parameters:
    ///   - scene: where the pipeline is run.
    ///   - jobs: how many stages run side by side.
    init(_ file: String, in scene: Scene, jobs: Int = 1) throws {
        self.file = file
        let outcome = try scene.perform(.run(file, jobs: jobs))
        outputs = try scene.outputs()
        objects = try scene.objects()
        try scene.requireOutputs(outputs, after: outcome)
        try scene.requireCleanness()
    }

    /// Demands that a run that nothing disturbed any more has brought everything in order.
    func require(_ scene: Scene, after outcome: Child.Outcome) throws {
        try scene.requireOutputs(outputs, after: outcome)
        try scene.requireCleanness()
        try scene.requireObjects(objects)
    }
}
