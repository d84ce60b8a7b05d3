import Attribution
import NeuralNetwork
import Pipeline

/// What all kinds of attribution can be asked.
struct AttributionParameters: ParameterGroup {
    /// Whether a map says more than the image does.
    enum Check: String, ParameterChoice {
        /// Compares with the map of the same network with random weights.
        case randomizedWeights = "randomized-weights"
        /// Compares with the map for the most probable other class.
        case classDifference = "class-difference"
        /// Covers and uncovers pixels in the order of the map and watches the score.
        case deletion
    }

    @Parameter(
        "What is explained: \"predicted\", a class by index or name (one of its synonyms is enough), or a unit as \"features.14:220\", its mean over the map, with \"@center\", \"@strongest\" or \"@row,column\" one place of it."
    ) var target: AttributionTargetParameter = .target(.predictedClass)
    @Parameter("Whether a class's logit or its probability (softmax) is explained; a unit is always taken as it is.")
    var score: ExplainedScore = .logit
    @Parameter("Which images, by position in the data set; each once; all if absent.", in: 0...) var samples: [Int]?
    @Parameter("SmoothGrad: the mean over so many noisy copies of each image; 0 for the image itself.", in: 0...1000)
    var smoothgrad: Int = 0
    @Parameter("SmoothGrad: standard deviation of the noise over the image's range of values.", in: 0.001...1)
    var noise: Float = 0.15
    @Parameter(
        "Sanity checks: rank correlation (Spearman) with the map of the network with random weights, and with the map for the most probable other class; scores while pixels are covered with the model's mean color, and uncovered, in the order of the map. Pixels are ordered by their value, summed over channels; where signs mean nothing, by the sum of sizes."
    ) var checks: [Check] = []
    @Parameter("Steps of the deletion and insertion curves.", in: 2...1000) var deletionSteps: Int = 20
    @Parameter("Images drawn at most; the numbers are there for all.", in: 0...1000) var pictures: Int = 16
    @Parameter("Seed of SmoothGrad's noise and of the random weights.", in: 0...) var seed: Int = 0
    @Parameter("'direct' avoids the fast convolution algorithm for the sake of the last digit.")
    var algorithm: PlanRequest.Algorithm = .automatic
}
