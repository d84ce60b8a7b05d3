import Attribution
import Datasets
import HDF5Files
import NeuralNetwork
import Pipeline
import Tensors

/// What is the same for all kinds of attribution: checks, the way through the data set, checks of sanity, and the file.
struct AttributionWork {
    /// What the method is called above its pictures.
    let title: String
    let parameters: AttributionParameters
    /// How a stage's own parameters become its method, once it is known what is explained.
    let makeMethod: (FocusRule, Network) throws -> any AttributionMethod

    init(
        _ title: String, _ parameters: AttributionParameters,
        makeMethod: @escaping (FocusRule, Network) throws -> any AttributionMethod
    ) {
        (self.title, self.parameters, self.makeMethod) = (title, parameters, makeMethod)
    }

    // MARK: - Before anything runs

    static func validate(_ parameters: AttributionParameters) throws(ParameterError) {
        guard parameters.samples?.isEmpty != true else {
            throw ParameterError(
                parameter: "samples", "names no images", fix: "name an image, or remove the key to take all")
        }
    }

    /// - Parameter culprit: the parameter to blame for an error of the method.
    func check(_ io: CheckIO, blame culprit: (AttributionError) -> String?) {
        ModelAndDataset.check(io, AttributionPorts.model, AttributionPorts.dataset)
        if let count = io.description(of: AttributionPorts.dataset)?.count {
            for (index, sample) in (parameters.samples ?? []).enumerated() where sample >= count {
                io.problem(
                    parameter: "samples[\(index)]", "there is no image \(sample) among \(count)",
                    fix: "choose positions in 0...\(count - 1)")
            }
        }
        guard let model = io.description(of: AttributionPorts.model), let rule = rule(for: model, io) else { return }
        do {
            _ = try makeMethod(rule, model.network)
        } catch let error as AttributionError {
            io.problem(parameter: culprit(error) ?? "target", error.what, fix: error.fix)
        } catch let error as NetworkError {
            io.problem(parameter: "layer", error.what, fix: error.fix)
        } catch {
            io.problem("\(error)", fix: "")
        }
    }

    /// What is explained, unless that is a mistake.
    private func rule(for model: ModelSummary, _ io: CheckIO) -> FocusRule? {
        func problem(_ what: String, _ fix: String) -> FocusRule? {
            io.problem(parameter: "target", what, fix: fix)
            return nil
        }
        do {
            let target = try parameters.target.resolved(classNames: model.classNames)
            let rule = try FocusRule(target, parameters.score, in: model.network)
            if !rule.isOfClass, parameters.checks.contains(.classDifference) {
                io.problem(
                    parameter: "checks", "'class-difference' compares classes, but a unit is explained",
                    fix: "leave it out, or explain a class")
            }
            return rule
        } catch let error as ParameterError {
            return problem(error.what, error.fix)
        } catch let error as AttributionError {
            return problem(error.what, error.fix)
        } catch let error as NetworkError {
            return problem(error.what, error.fix)
        } catch {
            return problem("\(error)", "")
        }
    }

    // MARK: - The work

    func run(_ io: StageIO) throws {
        let model = try io.read(AttributionPorts.model).model
        let dataset = try io.read(AttributionPorts.dataset).dataset
        let samples = parameters.samples ?? Array(0..<dataset.count)
        // Unreadable pictures may have been left out since the positions were checked.
        if let sample = samples.first(where: { $0 >= dataset.count }) {
            throw StageError(
                "there is no image \(sample) among \(dataset.count)",
                fix: "choose positions in 0...\(dataset.count - 1)", place: "parameter 'samples'")
        }
        let target = try parameters.target.resolved(classNames: model.classNames)
        let rule = try FocusRule(target, parameters.score, in: model.network)
        let method = try makeMethod(rule, model.network)
        let explainer = try Explainer(
            model, rule, algorithm: parameters.algorithm, threads: io.threads,
            checkCancelled: { try io.checkCancelled() })
        let file = try AttributionFile(dataset, samples, io)
        var section = try AttributionSection(title, target, parameters.score, method, model, io)
        let block = max((32 << 20) / (4 * dataset.sampleShape.elementCount), 1)
        for start in stride(from: 0, to: samples.count, by: block) {
            let chosen = Array(samples[start..<min(start + block, samples.count)])
            let images = try dataset.images(at: chosen, threads: io.threads)
            let result = try explain(
                images, names: chosen.map { dataset.sampleIDs[$0] }, method, explainer)
            try file.append(result)
            for row in chosen.indices where start + row < parameters.pictures {
                try section.add(
                    images.row(row), result, row: row, sample: chosen[row], name: dataset.sampleIDs[chosen[row]])
            }
            section.count(result)
            io.progress(start + chosen.count, of: samples.count, unit: "images")
        }
        try file.finish()
        section.write()
    }

    /// The maps of some images with all that was asked about them.
    private func explain(
        _ images: Tensor, names: [String], _ method: any AttributionMethod, _ explainer: Explainer
    ) throws -> ExplainedImages {
        let found = try explainer.focuses(on: images)
        if let row = found.firstIndex(where: { !$0.score.isFinite }) {
            throw StageError(
                "'\(names[row])' gets a score that is not a finite number, so nothing explains it",
                fix: "look at the weights and the 'input' of the model: values overflow 32-bit floats")
        }
        let focuses = found.map(\.focus)
        let attribution =
            parameters.smoothgrad == 0
            ? try method.attribute(images, focuses, explainer)
            : try SmoothGrad(copies: parameters.smoothgrad, level: parameters.noise, seed: parameters.seed)
                .attribute(images, names: names, focuses, by: method, explainer)
        var numbers = attribution.numbers
        let checks = Set(parameters.checks)
        if checks.contains(.randomizedWeights) {
            numbers.append(
                (
                    "randomized_weights",
                    try SanityChecks.againstRandomWeights(
                        attribution, images, focuses, by: method, explainer, seed: parameters.seed)
                ))
        }
        if checks.contains(.classDifference) {
            numbers.append(
                (
                    "class_difference",
                    try SanityChecks.againstOtherClass(attribution, images, focuses, by: method, explainer)
                ))
        }
        let curves =
            try checks.contains(.deletion)
            ? DeletionCurve(
                attribution, images, focuses, isSigned: method.isSigned, steps: parameters.deletionSteps,
                filling: .mean, explainer) : nil
        return ExplainedImages(
            maps: attribution.maps, focuses: focuses, scores: found.map(\.score), numbers: numbers, curves: curves)
    }
}

/// What was found out about some images.
struct ExplainedImages {
    /// `[count, channels, height, width]`.
    let maps: Tensor
    let focuses: [Focus]
    let scores: [Float]
    /// One value for each image, by name.
    let numbers: [(name: String, values: [Float])]
    let curves: DeletionCurve?
}
