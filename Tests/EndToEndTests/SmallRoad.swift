/// A short road that takes pictures from a folder: load, run, reduce twice, report. It runs in less than a second.
enum SmallRoad {
    static let file = "road.json"
    static let stages = ["images", "net", "answers", "pca", "tsne", "page"]

    static let text = """
        {
          "name": "road",
          "stages": {
            "images": { "stage": "dataset.load", "parameters": { "format": "image-folder", "path": "pictures" } },
            "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 3 } },
            "answers": {
              "stage": "activations.extract",
              "inputs": { "model": "net", "dataset": "images" },
              "parameters": { "layers": ["block2.3", "fc_layers.4"] }
            },
            "pca": { "stage": "reduce.pca", "inputs": { "points": "answers" }, "parameters": { "layer": "fc_layers.4" } },
            "tsne": {
              "stage": "reduce.tsne",
              "inputs": { "points": "answers" },
              "parameters": { "layer": "fc_layers.4", "perplexity": 5, "iterations": 30 }
            },
            "page": { "stage": "report.render", "inputs": { "sections": ["answers", "pca", "tsne"] } }
          }
        }
        """

    /// A workspace with the pipeline and its pictures: ten PNGs in each of two classes.
    static func workspace() throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write(text, to: file)
        for index in 0..<20 {
            let name = index % 2 == 0 ? "even" : "odd"
            try workspace.write(DataFiles.png(seed: index), to: "pictures/\(name)/\(index).png")
        }
        return workspace
    }
}
