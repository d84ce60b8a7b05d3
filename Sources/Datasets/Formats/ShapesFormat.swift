import Tensors

/// The built-in data set: textured geometric shapes on cluttered backgrounds, drawn from a seed.
///
/// The class of a sample is its shape alone. Position, size, rotation, colours, textures, background, fragments lying
/// about and noise are drawn independently of it, so single pixels say little and edges, corners and their arrangement
/// say it all. Eight successive samples have the eight classes, in random order.
struct ShapesFormat: DatasetFormat {
    let name = "shapes"
    let summary =
        "Built in: textured geometric shapes of 8 classes on cluttered backgrounds, 3×32×32, drawn from a seed."
    let needsPath = false

    func locate(_ specification: DatasetSpecification, at places: DatasetPlaces) -> [DatasetFile] { [] }

    func describe(
        _ specification: DatasetSpecification, files: [DatasetFile], decodesAll: Bool, threads: Int
    ) throws(DatasetError) -> DatasetDescription {
        DatasetDescription(
            specification: specification,
            sampleShape: try Adjustment(specification).shape(of: ShapesSource.sampleShape, file: name),
            count: try specification.selection(of: total(specification), place: name).count,
            classNames: ShapeClass.allCases.map(\.rawValue), files: [])
    }

    func open(_ description: DatasetDescription, files: [DatasetFile]) throws(DatasetError) -> DatasetContents {
        let specification = description.specification
        let split = specification.split.rawValue
        let source = ShapesSource(
            random: CounterRandom(seed: specification.seed).stream("shapes.\(split)"),
            items: try specification.selection(of: total(specification), place: name))
        return DatasetContents(
            source: Adjustment(specification).applied(to: source, shape: ShapesSource.sampleShape),
            labels: source.items.map { source.shapeClass(of: $0).label },
            sampleIDs: source.items.map { "\(split)/\($0)" })
    }

    /// Samples cost no memory before they are drawn, but their numbers and labels do.
    private static let countRange = 1...10_000_000

    private func total(_ specification: DatasetSpecification) throws(DatasetError) -> Int {
        let count = specification.count ?? (specification.split == .train ? 6_000 : 1_000)
        guard Self.countRange.contains(count) else { throw .countOutOfRange(count, allowed: Self.countRange) }
        return count
    }
}

/// Draws samples when they are read: at some tens of microseconds each, that is cheaper than keeping them.
struct ShapesSource: PixelSource {
    static let sampleShape = [3, ShapeScene.side, ShapeScene.side]

    /// The stream of a split.
    var random: CounterRandom

    /// Number of each sample in the stream.
    var items: [Int]

    func shapeClass(of item: Int) -> ShapeClass {
        let classes = ShapeClass.allCases
        let (block, place) = item.quotientAndRemainder(dividingBy: classes.count)
        return classes[random.stream("classes")[block].permutation(classes.count)[place]]
    }

    func read(_ sample: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
        let item = items[sample]
        ShapeScene(shapeClass(of: item), random: random.stream("scenes")[item]).draw(into: target)
    }
}
