import HDF5Files
import Pipeline
import Storage
import TestSupport
import Testing

/// Long stages go on where they were stopped, and nobody sees it in what comes out.
@Suite struct ResumeTests {
    /// A pipeline whose stage `long` is stopped.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let stages: String
        /// After how many reports of progress the stage is stopped, one run for each.
        let stops: [Int]
        var testDescription: String { name }
    }

    private static let images = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 200, "seed": 2 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } }
        """

    /// For a network with large images and small maps: of few images, some dozen to a block, little is written.
    private static let largeImages = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 300, "seed": 2, "resize": 224 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "wide.json", "seed": 1 } }
        """

    private static let files = [
        "wide.json": """
        { "name": "wide", "input": [3, 224, 224], "layers": [
          { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 4, "kernel": 8, "stride": 8 },
          { "name": "relu", "kind": "relu" },
          { "name": "flatten", "kind": "flatten" },
          { "name": "fc", "kind": "linear", "in_features": 3136, "out_features": 8 } ] }
        """
    ]

    static let cases = [
        Case(
            name: "training",
            stages: images + """
                , "long": {
                  "stage": "model.train", "inputs": { "dataset": "images" },
                  "parameters": {
                    "architecture": "cifar10-cnn", "epochs": 3, "batch_size": 32, "optimizer": "adam", "best": true,
                    "schedule": "cosine"
                  }
                }
                """,
            // Six steps an epoch: in the middle of one, at its end, and right behind.
            stops: [2, 6, 7, 17]),
        Case(
            name: "t-SNE",
            stages: images + """
                , "long": {
                  "stage": "reduce.tsne", "inputs": { "points": "images" },
                  "parameters": { "perplexity": 10, "iterations": 400, "early_iterations": 100, "snapshot_every": 70 }
                }
                """,
            stops: [2, 4, 8]),
        // Four blocks of images each.
        Case(
            name: "extraction",
            stages: largeImages + """
                , "long": {
                  "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layers": ["conv", "relu", "fc"] }
                }
                """,
            stops: [1, 2, 3]),
        Case(
            name: "extraction of halves",
            stages: largeImages + """
                , "long": {
                  "stage": "activations.extract", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layers": ["conv", "flatten"], "type": "float16", "pool": "none" }
                }
                """,
            stops: [1, 2]),
        Case(
            name: "maximization",
            stages: images + """
                , "long": {
                  "stage": "filters.maximize", "inputs": { "model": "net" },
                  "parameters": { "layer": "block1.1", "filters": [0, 3, 4, 7], "iterations": 30, "snapshots": [0, 10, 25] }
                }
                """,
            stops: [9, 21, 70, 118]),
        // Nothing moves, so every unit is begun again.
        Case(
            name: "maximization of several images in two runs",
            stages: images + """
                , "long": {
                  "stage": "filters.maximize", "inputs": { "model": "net" },
                  "parameters": { "layer": "block1.1", "filters": [0, 3], "iterations": 12, "variants": 2, "learning_rate": 1e-5, "snapshots": [4, 12] }
                }
                """,
            stops: [5, 14, 29, 45]),
        Case(
            name: "style transfer",
            stages: images + """
                , "long": {
                  "stage": "image.style", "inputs": { "model": "net", "content": "images", "style": "images" },
                  "parameters": {
                    "style_sample": 5, "content_layers": ["block2.1"], "style_layers": ["block1.1", "block2.1"],
                    "iterations": 25, "snapshots": [0, 3, 20]
                  }
                }
                """,
            stops: [1, 4, 21]),
        // Of three images, two at a time, at two sizes.
        Case(
            name: "dreams",
            stages: images + """
                , "long": {
                  "stage": "image.dream", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layer": "block2.1", "samples": [4, 0, 9], "octaves": 2, "iterations": 5, "jitter": 3 }
                }
                """,
            stops: [1, 8, 15, 22]),
        Case(
            name: "unit statistics",
            stages: largeImages + """
                , "long": {
                  "stage": "activations.units", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layers": ["conv", "fc"], "confident": 1 }
                }
                """,
            stops: [1, 2, 3]),
        Case(
            name: "saliency with curves",
            stages: images + """
                , "long": {
                  "stage": "attribution.saliency", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "checks": ["deletion", "randomized-weights"], "pictures": 3 }
                }
                """,
            stops: [2, 6, 13]),
        Case(
            name: "occlusion",
            stages: images + """
                , "long": {
                  "stage": "attribution.occlusion", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "window": 8, "stride": 8, "target": "block2.1:3@strongest", "pictures": 2 }
                }
                """,
            stops: [1, 4]),
        Case(
            name: "dataset examples",
            stages: largeImages + """
                , "long": {
                  "stage": "activations.top", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layer": "conv", "top": 20, "limit": 2 }
                }
                """,
            stops: [1, 2, 3]),
    ]

    @Test(arguments: cases) func `a stopped stage goes on and ends with the same bytes`(example: Case) throws {
        let calm = try StageWorkspace(unrun: example.stages, files: Self.files)
        let all = Stop("long")
        #expect(try calm.run(stop: all).state == .finished)
        for limit in example.stops {
            let stopped = try StageWorkspace(unrun: example.stages, files: Self.files)
            #expect(try stopped.run(stop: Stop("long", after: limit)).state == .interrupted)
            #expect(try !stopped.checkpoints().isEmpty)
            let rest = Stop("long")
            // Another number of threads changes nothing either.
            #expect(try stopped.run(threads: 1, stop: rest).state == .finished)
            #expect(try stopped.log(of: "long").contains("goes on after"), "\(limit)")
            #expect(rest.reports <= all.reports - limit + 2, "\(limit): \(rest.reports) of \(all.reports) again")
            #expect(try stopped.contents() == calm.contents(), "\(limit)")
            #expect(try stopped.checkpoints() == [])
        }
    }

    @Test(arguments: cases) func `a stage may be stopped again and again`(example: Case) throws {
        let calm = try StageWorkspace(example.stages, files: Self.files)
        let stopped = try StageWorkspace(unrun: example.stages, files: Self.files)
        var runs = 0
        while try stopped.run(stop: Stop("long", after: example.stops[0])).state == .interrupted, runs < 200 {
            runs += 1
        }
        #expect(runs > 1)
        #expect(try stopped.contents() == calm.contents())
    }

    @Test(arguments: [0.1, 0.5, 0.9])
    func `an extraction whose file was changed on the disk begins again`(place: Double) throws {
        let example = Self.cases[2]
        let calm = try StageWorkspace(example.stages, files: Self.files)
        let stopped = try StageWorkspace(unrun: example.stages, files: Self.files)
        _ = try stopped.run(stop: Stop("long", after: 3))
        let file = try #require(stopped.checkpoints().first { $0.hasSuffix(".h5") })
        var bytes = try FileSystem.read(file)
        // The rows of the last block, at the end of each dataset, are not written yet.
        let rows = bytes.indices.filter { bytes[$0] != 0 }
        bytes[rows[Int(Double(rows.count) * place)]] ^= 4
        try FileSystem.write(bytes, to: file)
        #expect(try stopped.run().state == .finished)
        #expect(try stopped.log(of: "long").contains("is ignored"))
        #expect(try stopped.contents() == calm.contents())
    }

    /// What may have happened to a file.
    enum Damage: CaseIterable {
        case flippedFirst, flippedMiddle, cut, emptied, foreign, otherVersion
    }

    @Test(arguments: zip(cases + cases, Damage.allCases))
    func `what cannot be trusted is ignored`(example: Case, damage: Damage) throws {
        let calm = try StageWorkspace(example.stages, files: Self.files)
        let stopped = try StageWorkspace(unrun: example.stages, files: Self.files)
        _ = try stopped.run(stop: Stop("long", after: example.stops[1]))
        let files = try stopped.checkpoints()
        #expect(!files.isEmpty)
        for file in files where file.hasSuffix(".checkpoint") {
            var bytes = try FileSystem.read(file)
            switch damage {
            case .flippedFirst: bytes[0] ^= 1
            case .flippedMiddle: bytes[bytes.count / 2] ^= 16
            case .cut: bytes.removeLast(bytes.count / 3)
            case .emptied: bytes = []
            case .foreign: bytes = Array(String(repeating: "no checkpoint of ours\n", count: 99).utf8)
            case .otherVersion: bytes.replaceSubrange(0..<22, with: "convscope-checkpoint 0".utf8)
            }
            try FileSystem.remove(file)
            try FileSystem.write(bytes, to: file)
        }
        #expect(try stopped.run().state == .finished)
        #expect(try stopped.log(of: "long").contains("is ignored"))
        #expect(try !stopped.log(of: "long").contains("goes on after"))
        #expect(try stopped.contents() == calm.contents())
    }
}
