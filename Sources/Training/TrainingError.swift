public import NeuralNetwork

/// Why a network cannot learn from the given samples, or stopped learning.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// Which samples a mistake is about.
    public enum Part: String, Sendable {
        case training, validation
    }

    case noSamples(Part)
    case wrongSampleShape(Part, expected: [Int], found: [Int])
    case labelOutOfRange(Part, sample: Int, label: Int, classes: Int)
    case oneClass(label: Int, samples: Int)
    case outputIsNotClasses(shape: [Int])
    case nothingToLearn
    /// `epoch` and `batch` count from one.
    case lossNotFinite(epoch: Int, batch: Int, learningRate: Double)
    case validationLossNotFinite(epoch: Int, learningRate: Double)
    case stateLacks(tensor: String)
    case stateHasOtherShape(tensor: String, expected: [Int], found: [Int])
    case network(NetworkError)

    public var description: String { "\(what)\n  fix: \(fix)" }

    /// What is wrong.
    public var what: String {
        switch self {
        case .noSamples(let part): "there are no \(part.rawValue) samples"
        case .wrongSampleShape(let part, let expected, let found):
            "the \(part.rawValue) samples have shape \(found), but the network takes \(expected)"
        case .labelOutOfRange(let part, let sample, let label, let classes):
            "\(part.rawValue) sample \(sample) has the label \(label), but the network tells \(classes) classes apart"
                + " (0...\(classes - 1))"
        case .oneClass(let label, let samples):
            "all \(samples) training samples have the label \(label): there is nothing to tell apart"
        case .outputIsNotClasses(let shape):
            "the network's output has shape \(shape), not one number per class"
        case .nothingToLearn: "no parameter is left to learn: the network has none, or all its layers are frozen"
        case .lossNotFinite(let epoch, let batch, let rate):
            "the loss or its gradient is not a finite number in epoch \(epoch), batch \(batch), at learning rate \(rate)"
        case .validationLossNotFinite(let epoch, let rate):
            "the validation loss is not a finite number after epoch \(epoch), at learning rate \(rate)"
        case .stateLacks(let tensor): "the training state lacks '\(tensor)'"
        case .stateHasOtherShape(let tensor, let expected, let found):
            "'\(tensor)' of the training state has shape \(found), not \(expected)"
        case .network(let error): error.what
        }
    }

    /// How to mend it.
    public var fix: String {
        switch self {
        case .noSamples: "choose a data set or a limit that leaves samples"
        case .wrongSampleShape(_, let expected, _):
            "resize and crop the images to \(expected.dropFirst().map(String.init).joined(separator: "×"))"
                + (expected.first == 1 ? " and make them gray" : "")
        case .labelOutOfRange: "give the network as many outputs as there are classes"
        case .oneClass: "take samples of two classes or more; shuffle before limiting a sorted data set"
        case .outputIsNotClasses:
            "end the network with a fully connected layer, or with a convolution and pooling to one place"
        case .nothingToLearn: "leave a layer with weights unfrozen"
        case .lossNotFinite(_, _, let rate), .validationLossNotFinite(_, let rate):
            "lower the learning rate, to \(rate / 10) for example"
        case .stateLacks, .stateHasOtherShape: "go on with the settings that the state was made with, or start afresh"
        case .network(let error): error.fix
        }
    }
}
