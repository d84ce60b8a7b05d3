import Pipeline

/// The ports that all kinds of attribution have.
enum AttributionPorts {
    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let attribution = Output(
        "attribution", kind: "attribution",
        "`/attribution` [samples, channels, height, width] (one channel where the method knows no colors; attributes say "
            + "which layer or window was taken), `/target` (class or channel), `/score` (logit, probability or activation), "
            + "`/position` [samples, row and column] of a unit's one place, `/samples` (positions in the data set), `/labels`, "
            + "`/sample_ids`; `/completeness_gap`; where asked for `/randomized_weights` (rank correlation, NaN with a "
            + "constant map) with `/randomized_weights_seed` (−1 for none), `/class_difference`, `/deletion`, `/insertion` "
            + "[samples, fractions] (scores), `/deletion_area`, `/insertion_area`, `/fractions` of the pixels")
    static let pictures = Output(
        "pictures", kind: "pictures",
        "For each drawn image `image-N.png`, where image, heat map and overlay say what they show; heat map and overlay "
            + "alone as `image-N-heat.png` and `image-N-overlay.png`", isOptional: true)

    static let inputs: [any InputPort] = [model, dataset]
    static let outputs = [attribution, pictures]
}
