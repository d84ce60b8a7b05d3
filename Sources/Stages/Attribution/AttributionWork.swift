import Attribution
import Datasets
import NeuralNetwork
import Pipeline
import Tensors

/// What is the same for all kinds of attribution: checks, the way through the data set, the file and the pictures.
struct AttributionWork {
    /// What the method is called above its pictures.
    let title: String
    let parameters: AttributionParameters
    /// How a stage's own parameters become its method, once it is known what is explained.
    let makeMethod: (FocusRule, Network) throws -> any AttributionMethod

    /// Raised when what is in a checkpoint means something else.
    private static let checkpointLayout = 1

    init(
        _ title: String, _ parameters: AttributionParameters,
        makeMethod: @escaping (FocusRule, Network) throws -> any AttributionMethod
    ) {
        (self.title, self.parameters, self.makeMethod) = (title, parameters, makeMethod)
    }

    // MARK: - Before anything runs

    static func validate(_ parameters: AttributionParameters) throws(ParameterError) {
        if let samples = parameters.samples { try SampleChoice.validate(samples, limit: nil) }
    }

    /// - Parameter culprit: the parameter to blame for an error of the method; `nil` where none is to blame alone.
    func check(_ io: CheckIO, blame culprit: (any Error) -> String?) throws {
        ModelAndDataset.check(io, AttributionPorts.model, AttributionPorts.dataset)
        SampleChoice.check(parameters.samples ?? [], AttributionPorts.dataset, io)
        guard let model = io.description(of: AttributionPorts.model) else { return }
        let classes = NamedClasses(
            network: model.classNames, dataset: io.description(of: AttributionPorts.dataset)?.classNames ?? [],
            count: model.network.scoreCount)
        guard let rule = try rule(classes, model.network, io) else { return }
        if !rule.hasOtherClasses, parameters.checks.contains(.classDifference) {
            io.problem(
                parameter: "checks",
                "'class-difference' compares classes, but "
                    + (rule.isOfClass ? "the network has one score" : "a unit is explained"),
                fix: rule.isOfClass ? "leave it out" : "leave it out, or explain a class")
        }
        func problem(_ error: any Error, _ what: String, _ fix: String) {
            if let parameter = culprit(error) {
                io.problem(parameter: parameter, what, fix: fix)
            } else {
                io.problem(what, fix: fix)
            }
        }
        do {
            _ = try makeMethod(rule, model.network)
        } catch let error as AttributionError {
            problem(error, error.what, error.fix)
        } catch let error as NetworkError {
            problem(error, error.what, error.fix)
        }
    }

    /// What is explained, unless that is a mistake.
    private func rule(_ classes: NamedClasses, _ network: Network, _ io: CheckIO) throws -> FocusRule? {
        do {
            return try FocusRule(parameters.target.resolved(classes), parameters.score, in: network)
        } catch let error as ParameterError {
            io.problem(parameter: "target", error.what, fix: error.fix)
        } catch let error as AttributionError {
            io.problem(parameter: error.isAboutScore ? "score" : "target", error.what, fix: error.fix)
        } catch let error as NetworkError {
            io.problem(parameter: "target", error.what, fix: error.fix)
        }
        return nil
    }

    // MARK: - The work

    func run(_ io: StageIO) throws {
        let model = try io.read(AttributionPorts.model).model
        let dataset = try io.read(AttributionPorts.dataset).dataset
        let samples = parameters.samples ?? Array(0..<dataset.count)
        try SampleChoice.require(samples, of: dataset)
        let classes = NamedClasses(
            network: model.classNames, dataset: dataset.classNames, count: model.network.scoreCount)
        let target = try parameters.target.resolved(classes)
        let rule = try FocusRule(target, parameters.score, in: model.network)
        let method = try method(rule, model.network)
        if let caveat = method.caveat { io.warn(caveat) }
        let explainer = try Explainer(
            model, rule, algorithm: parameters.algorithm, threads: io.threads,
            checkCancelled: { try io.checkCancelled() })
        let explanation = ImageExplanation(method, explainer, parameters)
        let checkpoints = try io.checkpoints(layout: Self.checkpointLayout)
        let file = try file(explanation, dataset, samples, checkpoints, io)
        try checkpoints.savingWhenCancelled(file.checkpoint) {
            for start in stride(from: file.count, to: samples.count, by: explanation.blockSize) {
                let chosen = Array(samples[start..<min(start + explanation.blockSize, samples.count)])
                let images = NamedImages(
                    try dataset.images(at: chosen, threads: io.threads), names: chosen.map { dataset.sampleIDs[$0] })
                try file.append(try explanation.explain(images), rule)
                io.progress(file.count, of: samples.count, unit: "images")
                checkpoints.saveIfDue(file.checkpoint)
            }
            let section = AttributionSection(
                title, AttributionWords(target, parameters.score, classes, dataset), method, io)
            try section.write(file, dataset, samples, pictures: parameters.pictures)
        }
        try file.finish(at: io.path(AttributionPorts.attribution, "h5"))
    }

    private func method(_ rule: FocusRule, _ network: Network) throws -> any AttributionMethod {
        let method = try makeMethod(rule, network)
        guard parameters.smoothgrad > 0 else { return method }
        return SmoothGrad(copies: parameters.smoothgrad, level: parameters.noise, seed: parameters.seed, method)
    }

    /// The file that an earlier run began, or a new one.
    private func file(
        _ explanation: ImageExplanation, _ dataset: Dataset, _ samples: [Int], _ checkpoints: Checkpoints, _ io: StageIO
    ) throws -> AttributionFile {
        let shape = dataset.sampleShape
        let contents = AttributionFile.Contents(
            dataset: dataset, samples: samples,
            mapShape: [explanation.method.hasChannels ? shape[0] : 1] + shape.dropFirst(),
            facts: explanation.method.facts, numbers: explanation.contents)
        let kept = try checkpoints.load { kept in
            try AttributionFile(kept, contents, in: checkpoints.folder) { try io.checkCancelled() }
        }
        guard let kept else { return try AttributionFile(contents, in: checkpoints.folder, io) }
        io.log("goes on after \(kept.count) of \(samples.count) images")
        return kept
    }
}

extension AttributionError {
    /// Whether another `score` mends it.
    fileprivate var isAboutScore: Bool {
        switch self {
        case .probabilityOfUnit, .probabilityOfOneScore, .probabilityOfSigmoids: true
        default: false
        }
    }
}
