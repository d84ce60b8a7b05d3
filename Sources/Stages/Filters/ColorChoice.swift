import Datasets
import FeatureVisualization
import Pipeline
import Tensors

/// Whose colours an image's parameters are mixed by.
enum ColorChoice: String, ParameterChoice {
    /// The data set's where one is connected, else ImageNet's for three channels, else none.
    case automatic = "auto"
    case imagenet, dataset, none

    /// Images that are looked at, at most.
    private static let sampleCount = 1000

    /// Finds what does not go together before a run.
    func check(_ dataset: OptionalInput<DatasetArtifact>, channels: Int?, _ io: CheckIO) {
        let isConnected = io.isConnected(dataset)
        if self == .dataset, !isConnected, channels != 1 {
            io.problem(
                parameter: "color", "there is no data set to take colours from",
                fix: "connect '\(dataset.name)', or write 'auto', 'imagenet' or 'none'")
        }
        if isConnected, self == .imagenet || self == .none {
            io.problem(
                input: dataset, "nothing is taken from it while 'color' is '\(rawValue)'",
                fix: "remove it, or set 'color' to 'dataset'")
        }
        guard let channels else { return }
        if channels == 1, isConnected || self == .dataset {
            let (what, fix) = ("the network takes gray images, which have no colours to mix", "remove it")
            if isConnected {
                io.problem(input: dataset, what, fix: fix)
            } else {
                io.problem(parameter: "color", what, fix: fix)
            }
            return
        }
        if self == .imagenet, channels != 3 {
            let error = MaximizationError.colorNeedsThreeChannels(found: channels)
            io.problem(parameter: "color", error.what, fix: error.fix)
        }
        if let found = io.description(of: dataset)?.sampleShape[0], found != channels {
            let error = MaximizationError.colorsOfOtherChannels(found: found, expected: channels)
            io.problem(input: dataset, error.what, fix: error.fix)
        }
    }

    /// - Parameter seed: says which images are looked at where there are more than a thousand.
    func decorrelation(_ dataset: Dataset?, seed: Int, _ io: StageIO) throws -> ColorDecorrelation {
        switch self {
        case .none: return .none
        case .imagenet: return .imageNet
        case .automatic, .dataset:
            guard let dataset else { return .automatic }
            let chosen = CounterRandom(seed: seed).stream("colors").permutation(dataset.count)
                .prefix(Self.sampleCount).sorted()
            var covariance = ColorCovariance(channels: dataset.sampleShape[0])
            for start in stride(from: 0, to: chosen.count, by: 64) {
                try io.checkCancelled()
                let images = try dataset.images(
                    at: Array(chosen[start..<min(start + 64, chosen.count)]), threads: io.threads)
                for row in 0..<images.shape[0] { covariance.add(images.row(row)) }
            }
            if covariance.decorrelation == nil {
                io.warn("the images whose colours are to be drawn with are all of one tone, so no colours are mixed")
            }
            return .measured(covariance)
        }
    }
}
