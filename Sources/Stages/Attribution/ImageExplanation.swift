import Attribution
import NeuralNetwork
import Pipeline
import Tensors

/// Computes the maps of images, and all that was asked about them.
struct ImageExplanation {
    let method: any AttributionMethod
    private let explainer: Explainer
    private let sanity: SanityChecks
    private let checks: Set<AttributionParameters.Check>
    private let parameters: AttributionParameters

    init(_ method: any AttributionMethod, _ explainer: Explainer, _ parameters: AttributionParameters) {
        (self.method, self.explainer, self.parameters) = (method, explainer, parameters)
        checks = Set(parameters.checks)
        sanity = SanityChecks(method, explainer, seed: parameters.seed)
    }

    /// Which numbers there are of each image.
    var contents: AttributionNumbers.Contents {
        AttributionNumbers.Contents(
            hasPositions: explainer.rule.hasPositions,
            names: method.numberNames + (checks.contains(.randomizedWeights) ? ["randomized_weights"] : [])
                + (checks.contains(.classDifference) ? ["class_difference"] : []),
            hasRandomSeeds: checks.contains(.randomizedWeights),
            steps: checks.contains(.deletion) ? parameters.deletionSteps : nil)
    }

    /// Images to explain at once: enough to keep threads busy, few enough that little is lost when work is stopped. A
    /// function of the work alone, so that a run looks the same on any machine.
    var blockSize: Int {
        let maps = 1 + (checks.contains(.randomizedWeights) ? 1 : 0) + (checks.contains(.classDifference) ? 1 : 0)
        let looks = checks.contains(.deletion) ? 2 * (parameters.deletionSteps + 1) : 0
        return max(16 * PlanRequest.usualBatch(for: explainer.imageShape) / (maps * method.runsPerImage + looks), 1)
    }

    /// - Throws: `StageError` for an image whose score or map is not finite.
    func explain(_ images: NamedImages) throws -> ExplainedImages {
        let found = try explainer.focuses(on: images.pixels)
        try require(images, "a score", "so nothing explains it") { found[$0].score.value.isFinite }
        let focuses = found.map(\.focus)
        let attribution = try method.attribute(images, focuses, explainer)
        try require(images, "an attribution", "though its score is") { row in
            attribution.maps.row(row).isFinite && attribution.numbers.allSatisfy { $0.values[row].isFinite }
        }
        var numbers = attribution.numbers.map(\.values)
        var randomSeeds: [Int] = []
        if checks.contains(.randomizedWeights) {
            let (correlations, seeds) = try sanity.againstRandomWeights(attribution, images, focuses)
            numbers.append(correlations)
            randomSeeds = seeds
        }
        if checks.contains(.classDifference) {
            numbers.append(try sanity.againstOtherClass(attribution, images, focuses))
        }
        let curves =
            try checks.contains(.deletion)
            ? DeletionCurve(
                attribution, images.pixels, focuses, isSigned: method.isSigned, steps: parameters.deletionSteps,
                fill: .mean, explainer) : nil
        return ExplainedImages(
            maps: attribution.maps, focuses: focuses, scores: found.map(\.score), numbers: numbers,
            randomSeeds: randomSeeds, curves: curves)
    }

    private func require(
        _ images: NamedImages, _ what: String, _ consequence: String, _ isFinite: (Int) -> Bool
    ) throws {
        guard let row = images.names.indices.first(where: { !isFinite($0) }) else { return }
        throw StageError(
            "'\(images.names[row])' gets \(what) that is not finite, \(consequence)",
            fix: "look at the weights and the 'input' of the model: values overflow 32-bit floats")
    }
}

/// What was found out about some images.
struct ExplainedImages {
    /// `[count, channels, height, width]`.
    let maps: Tensor
    let focuses: [Focus]
    let scores: [Score]
    /// One value for each image, in the order of ``AttributionNumbers/Contents/names``.
    let numbers: [[Float]]
    /// Empty where no random network was asked.
    let randomSeeds: [Int]
    let curves: DeletionCurve?
}
