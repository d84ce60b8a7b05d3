import Pipeline

/// The ports that all kinds of attribution have.
enum AttributionPorts {
    static let model = Input<ModelArtifact>("model", "The network.")
    static let dataset = Input<DatasetArtifact>("dataset", "The images.")
    static let attribution = Output(
        "attribution", kind: "attribution",
        "`/attribution` [samples, channels, height, width] (one channel where the method knows no colours), `/target` "
            + "(class or channel), `/score`, `/labels`, `/sample_ids`; `/randomized_weights`, `/class_difference` [samples], "
            + "`/deletion`, `/insertion` [samples, fractions] where asked for")
    static let pictures = Output(
        "pictures", kind: "pictures", "For each drawn image its heat map and overlay as PNG, where some are drawn",
        isOptional: true)

    static let inputs: [any InputPort] = [model, dataset]
    static let outputs = [attribution, pictures]
}
