import FeatureVisualization
import NeuralNetwork
import TestSupport
import Tensors
import Testing

@Suite struct PyTorchTests {
    static let runs = [
        ("colour", "fourier/conv2:5"), ("colour", "fourier/relu2:3"), ("colour", "pixel/conv1:2"),
        ("colour", "laplacian/relu2:3"),
        ("gray", "fourier/head:1"), ("gray", "fourier/conv:3"), ("gray", "pixel/relu:0"),
    ]

    @Test(arguments: runs) func `twenty steps from the same start reach what PyTorch reaches`(
        network: String, run: String
    ) throws {
        let golden = try Golden(network)
        let (unit, settings) = parse(run)
        let start = OptimizationState(start: try golden.tensor(run + "/start"))
        let result = try Maximization(Golden.model(network), settings).run([unit], resuming: [unit: start])[0]
        let expected = try golden.tensor(run + "/objective").scalars
        #expect(result.objective.count == 20)
        for (ours, theirs) in zip(result.objective, expected) {
            // PyTorch computed in double precision; differences of single precision grow with the steps.
            #expect(abs(ours - theirs) < 1e-4 * max(abs(theirs), 0.1), "\(ours), expected \(theirs)")
        }
        let first = deviation(result.snapshots[0].image, from: try golden.tensor(run + "/image"))
        #expect(first.relativeNorm < 1e-6, "\(first)")
    }

    @Test(arguments: runs) func `the gradient at the start is PyTorch's`(network: String, run: String) throws {
        let golden = try Golden(network)
        let (unit, settings) = parse(run)
        let model = try Golden.model(network)
        let job = try Maximization(model, settings).optimizations(of: [unit])[0]
        let size = Array(model.network.inputShape.dropFirst())
        let plain = TransformChain([], size: size, viewSize: size, CounterRandom(seed: 0))
        let slope = job.slope(at: try golden.tensor(run + "/start"), through: [plain], scale: 1, isRedirected: false)
        let difference = deviation(slope.gradient, from: try golden.tensor(run + "/gradient"))
        #expect(difference.relativeNorm < 1e-5, "\(difference)")
    }

    /// `fourier/conv2:5` as settings and unit.
    private func parse(_ run: String) -> (TargetUnit, MaximizationSettings) {
        let parts = run.split { $0 == "/" || $0 == ":" }.map(String.init)
        let settings = MaximizationSettings {
            $0.parameterization = .init(rawValue: parts[0])!
            $0.transforms = []
            $0.iterations = 20
            $0.snapshots = [0]
        }
        return (TargetUnit(layer: parts[1], channel: Int(parts[2])!), settings)
    }
}
