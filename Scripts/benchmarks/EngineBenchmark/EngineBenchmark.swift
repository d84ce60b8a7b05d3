import Foundation
import ModelFormats
import NeuralNetwork
import Tensors

/// Times the engine on VGG16 and leaves weights, images and results for PyTorch to compare with.
///
///     engine-benchmark FOLDER [repetitions]
///
/// FOLDER receives `weights.safetensors` (He-initialised, seeded), and `results.safetensors` with the images, the
/// activation at `features.30`, and the gradient at the input of the mean activation of filter 0 at `features.16`.
/// Prints one line of JSON with seconds per image, the median over the repetitions.
///
///     engine-benchmark network NAME [repetitions]
///
/// Prints the same for the logits of eight images by a built-in architecture.
///
///     engine-benchmark load FILE NAME auto|direct
///
/// Prints the seconds from opening a file of weights to the first image's logits, in parts, and the peak of memory.
@main struct Benchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments[1] == "network" {
            return try timeNetwork(arguments[2], repetitions: arguments.count > 3 ? Int(arguments[3])! : 5)
        }
        if arguments[1] == "load" {
            return try timeLoading(arguments[2], architecture: arguments[3], algorithm: arguments[4])
        }
        let folder = arguments[1]
        let repetitions = arguments.count > 2 ? Int(arguments[2])! : 5
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let network = try Architecture.named("vgg16")!.network.upTo(30)
        let model = randomModel(network)
        let images = randomImages(network.inputShape)

        var forward = PlanRequest(batch: 4)
        forward.activations = [30]
        let forwardRunner = try NetworkRunner(model, forward, threads: threads)
        var output = Tensor(shape: [0])
        let forwardSeconds = try median(repetitions) { output = try forwardRunner.activations(of: images)[30]! }

        var backward = PlanRequest(batch: 4)
        backward.seeds = [16]
        backward.inputGradient = true
        let backwardRunner = try NetworkRunner(model, backward, threads: threads)
        var gradient = Tensor(shape: [0])
        let backwardSeconds = try median(repetitions) {
            gradient = try backwardRunner.gradients(of: images) { range, _ in
                var seed = Tensor(shape: [range.count, 256, 28, 28])
                seed.withUnsafeMutableBufferPointer { values in
                    for sample in 0..<range.count {
                        for position in 0..<784 { values[sample * 256 * 784 + position] = 1 / 784 }
                    }
                }
                return [16: seed]
            }.gradient!
        }
        try SafetensorsFile.write(model.weights, to: folder + "/weights.safetensors")
        try SafetensorsFile.write(
            ["images": images, "features.30": output, "gradient": gradient], to: folder + "/results.safetensors")
        print(
            #"{"forward": \#(forwardSeconds / 8), "forward_backward": \#(backwardSeconds / 8), "threads": \#(threads)}"#
        )
    }

    static func timeNetwork(_ name: String, repetitions: Int) throws {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let network = Architecture.named(name)!.network
        let images = randomImages(network.inputShape)
        var request = PlanRequest(batch: 4)
        request.activations = [network.nodes.count - 1]
        let runner = try NetworkRunner(randomModel(network), request, threads: threads)
        let seconds = try median(repetitions) { _ = try runner.activations(of: images) }
        print(#"{"forward": \#(seconds / 8), "threads": \#(threads)}"#)
    }

    static func timeLoading(_ path: String, architecture: String, algorithm: String) throws {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let network = Architecture.named(architecture)!.network
        let image = Tensor(shape: [1] + network.inputShape, repeating: 0.5)
        let clock = ContinuousClock()
        let start = clock.now
        let file = try openWeightFile(path)
        let opened = clock.now
        let weights = try file.tensors(named: network.parameters.map(\.name))
        let read = clock.now
        let model = try Model(network: network, weights: weights)
        let checked = clock.now
        var request = PlanRequest(batch: 1)
        request.activations = [network.nodes.count - 1]
        request.algorithm = PlanRequest.Algorithm(rawValue: algorithm)!
        let runner = try NetworkRunner(model, request, threads: threads)
        let prepared = clock.now
        _ = try runner.activations(of: image)
        let end = clock.now
        let peak = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            .split(separator: "\n").first { $0.hasPrefix("VmHWM:") }!.split(separator: " ")[1]
        let parts = [
            ("open", start.duration(to: opened)), ("read", opened.duration(to: read)),
            ("check", read.duration(to: checked)), ("prepare", checked.duration(to: prepared)),
            ("infer", prepared.duration(to: end)), ("total", start.duration(to: end)),
        ]
        print(
            "{" + parts.map { #""\#($0)": \#($1 / .seconds(1))"# }.joined(separator: ", ") + #", "peak_kib": \#(peak)}"#
        )
    }

    /// He-initialised: signals keep their size through any number of layers.
    static func randomModel(_ network: Network) -> Model {
        var model = Model(randomlyInitialized: network, seed: 1)
        let random = CounterRandom(seed: 2)
        for (name, _, specification) in network.parameters
        where specification.role == .weight || specification.role == .bias {
            let deviation = (2 / Float(specification.fanIn)).squareRoot()
            model.weights[name] = Tensor(
                shape: specification.shape,
                specification.role == .weight
                    ? (0..<specification.shape.elementCount).map { random.stream(name).normal($0) * deviation }
                    : [Float](repeating: 0, count: specification.shape.elementCount))
        }
        return model
    }

    static func randomImages(_ shape: [Int]) -> Tensor {
        let random = CounterRandom(seed: 2).stream("images")
        return Tensor(shape: [8] + shape, (0..<8 * shape.elementCount).map { random.normal($0) })
    }

    static func median(_ repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
        try body()
        let times = try (0..<repetitions).map { _ in
            let clock = ContinuousClock()
            let duration = try clock.measure(body)
            return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        }
        return times.sorted()[repetitions / 2]
    }
}
