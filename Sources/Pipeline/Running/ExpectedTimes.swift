import JSONValues
import Storage

/// What the stages of a plan are expected to take: as long as when their result was last made; else as long as others of
/// their kind did; else all the same.
struct ExpectedTimes {
    /// By position in the plan.
    let seconds: [Double]

    init(_ plan: Plan, former: RecordedRun?, objects: [StoredObject?]) {
        let known = zip(plan.stages, objects).map { planned, object in
            object?.manifest.record["seconds"]?.double
                ?? former?.stage(planned.id).flatMap { $0.hasResult ? $0.seconds : nil }
        }
        var kinds: [String: (sum: Double, count: Int)] = [:]
        for case (let planned, let seconds?) in zip(plan.stages, known) {
            let (sum, count) = kinds[planned.kind] ?? (0, 0)
            kinds[planned.kind] = (sum + seconds, count + 1)
        }
        seconds = zip(plan.stages, known).map { planned, seconds in
            seconds ?? kinds[planned.kind].map { $0.sum / Double($0.count) } ?? 1
        }
    }
}
