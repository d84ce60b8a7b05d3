import Circuits
import NeuralNetwork
import Tensors
import Testing
import UnitStatistics

@Suite struct ExampleInputTests {
    private let images = {
        let random = CounterRandom(seed: 21)
        return Tensor(shape: [5, 3, 20, 18], (0..<5 * 3 * 20 * 18).map { random.uniform($0) })
    }()

    @Test(arguments: ["conv1", "grouped", "depthwise", "pointwise"])
    func `what a filter reads, weighted and summed, is its activation`(layer: String) throws {
        let model = Model(randomlyInitialized: try chain(), seed: 3, input: .torchvision)
        let units = try [1, 4].map { try NetworkUnit(layer: layer, channel: $0, of: model.network) }
        let search = BlockExtremes(units, of: model.network, rows: 5)
        var request = PlanRequest(batch: 4)
        request.activations = [units[0].node]
        request.algorithm = .direct
        try NetworkRunner(model, request, threads: 1).run(5) {
            _ = $1.update(fromContentsOf: images.row($0).scalars)
        } handler: { range, tap, values in
            search.observe(units[0].node, range, values.baseAddress!)
        }
        var examples = DatasetExamples(unitCount: 2, capacity: 4)
        examples.add(search, count: 5, threads: 1)

        // The most and the least exciting ones; some of these lie at the border.
        let lists = units.indices.map { examples.most(of: $0) + examples.least(of: $0) }
        let inputs = try ExampleInputs(lists, of: units, in: model, algorithm: .direct, threads: 2) { images.row($0) }
        for (place, unit) in units.enumerated() {
            let weights = model.weights[layer + ".weight"]!.row(unit.channel).scalars
            let bias = model.weights[layer + ".bias"].map { $0[unit.channel] } ?? 0
            for (row, example) in lists[place].enumerated() {
                let read = inputs.numbers[place].row(row).scalars
                let activation = zip(read, weights).reduce(bias) { $0 + $1.0 * $1.1 }
                #expect(abs(activation - example.activation) < 1e-4, "\(unit), \(example)")
            }
        }
    }
}
