/// Which examples of a layer's units are computed again, and of which windows of images.
///
/// As many as a budget allows, the best and the least of every unit first. Where units have many examples on few images,
/// or see most of an image, images are computed as a whole, those with most of such examples first, with all examples on
/// them.
struct ExampleSelection {
    /// One place among the examples of all units.
    struct Place {
        let unit: Int
        /// Whether it is among those that excite the unit least.
        let isLeast: Bool
        let rank: Int
    }

    /// A part of an image, and the examples that can be told from it.
    struct Job {
        let sample: Int
        /// Row and column at which the part begins.
        let origin: [Int]
        var examples: [(place: Place, example: DatasetExample)]
    }

    /// In the order of the images.
    let jobs: [Job]
    /// Whether jobs are images as a whole.
    let isWhole: Bool

    /// - Parameters:
    ///   - units: places of the layer's units in `examples`.
    ///   - budget: how many images' work may be done.
    init(_ examples: DatasetExamples, units: [Int], _ window: LayerWindow, budget: Double) {
        let lists = units.map { (unit: $0, most: examples.most(of: $0), least: examples.least(of: $0)) }
        let all: [(place: Place, example: DatasetExample)] = (0..<examples.count).flatMap { rank in
            lists.flatMap { list in
                [
                    (place: Place(unit: list.unit, isLeast: false, rank: rank), example: list.most[rank]),
                    (place: Place(unit: list.unit, isLeast: true, rank: rank), example: list.least[rank]),
                ]
            }
        }
        let first = all.prefix(2 * units.count)
        isWhole = window.share * Double(first.count) >= Double(Set(first.map(\.example.sample)).count)
        guard isWhole else {
            jobs = all.prefix(max(Int(budget / window.share), 1)).map {
                Job(sample: $0.example.sample, origin: window.origin(of: $0.example.position), examples: [$0])
            }.sorted { $0.sample < $1.sample }
            return
        }
        let firstCounts = Dictionary(first.map { ($0.example.sample, 1) }, uniquingKeysWith: +)
        let bySample = Dictionary(grouping: all, by: \.example.sample)
        let order = bySample.keys.sorted {
            (firstCounts[$1] ?? 0, bySample[$1]!.count, $0) < (firstCounts[$0] ?? 0, bySample[$0]!.count, $1)
        }
        jobs = order.prefix(max(Int(budget), 1)).sorted().map {
            Job(sample: $0, origin: [0, 0], examples: bySample[$0]!)
        }
    }
}
