import HDF5Files
import Pipeline
import Tensors
import Testing

/// `image.dream` and `image.style` as stages.
@Suite struct ImageDreamTests {
    private static func stages(_ stage: String, size: Int = 48) -> String {
        """
        "images": {
          "stage": "dataset.load", "parameters": { "format": "shapes", "count": 10, "seed": 4, "resize": \(size) }
        },
        "small": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 10, "seed": 5 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } },
        \(stage)
        """
    }

    @Test func `a dream leaves every size, its objective and its pictures`() throws {
        let workspace = try StageWorkspace(
            Self.stages(
                """
                "long": {
                  "stage": "image.dream", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "layer": "block2.2", "samples": [3, 7], "octaves": 3, "iterations": 4, "step": 4, "jitter": 0 }
                }
                """))
        let file = try workspace.open("long/images")
        let (before, after) = (
            try file.dataset("/before").readTensor(), try file.dataset("/image").readTensor()
        )
        #expect(before.shape == [2, 3, 48, 48] && after.shape == before.shape)
        #expect(try file.dataset("/octave_1").readTensor().shape == [2, 3, 24, 24])
        #expect(try file.dataset("/octave_2").readTensor().shape == [2, 3, 34, 34])
        let objective = try file.dataset("/objective").readTensor()
        #expect(objective.shape == [2, 3, 4])
        for sample in 0..<2 {
            for octave in 0..<3 { #expect(objective[sample, octave, 3] > objective[sample, octave, 0]) }
            let change = (after.row(sample) - before.row(sample)).map { abs($0) }.mean
            #expect(change > 0.01 && change < 0.2, "\(change)")
        }
        for name in ["image-0.png", "image-1-before.png", "image-1-octave-2.png"] {
            #expect(try !workspace.bytes("long/pictures/\(name)").isEmpty)
        }
    }

    @Test func `what becomes of an image does not depend on which others are named`() throws {
        func dreams(_ samples: [Int]) throws -> Tensor {
            let workspace = try StageWorkspace(
                Self.stages(
                    """
                    "long": {
                      "stage": "image.dream", "inputs": { "model": "net", "dataset": "images" },
                      "parameters": { "layer": "block2.2", "samples": \(samples), "octaves": 2, "iterations": 3, "jitter": 9 }
                    }
                    """))
            return try workspace.open("long/images").dataset("/image").readTensor()
        }
        let three = try dreams([0, 7, 3])
        #expect(try dreams([7]).row(0) == three.row(1))
        #expect(try dreams([3, 0]) == Tensor.stack([three.row(2), three.row(0)]))
    }

    @Test func `a styled image comes with its losses, and a style of another size is taken as it is`() throws {
        let workspace = try StageWorkspace(
            Self.stages(
                """
                "long": {
                  "stage": "image.style", "inputs": { "model": "net", "content": "images", "style": "small" },
                  "parameters": {
                    "content_sample": 2, "style_sample": 6, "content_layers": ["block2.1"],
                    "style_layers": ["block1.1", "block2.1"], "style_weight": [10, 20], "iterations": 12,
                    "snapshots": [0, 12], "original_colors": true
                  }
                }
                """))
        let file = try workspace.open("long/image")
        #expect(try file.dataset("/image").readTensor().shape == [3, 48, 48])
        #expect(try file.dataset("/style").readTensor().shape == [3, 32, 32])
        #expect(try file.dataset("/snapshots").readTensor().row(1) == file.dataset("/image").readTensor())
        let total = try file.dataset("/loss/total").readTensor()
        let parts = [
            try file.dataset("/loss/content").readTensor(), try file.dataset("/loss/style").readTensor(),
            try file.dataset("/loss/total_variation").readTensor(),
        ]
        #expect(parts.map(\.shape) == [[13, 1], [13, 2], [13]])
        for step in 0..<13 {
            let sum = parts[0][step, 0] + parts[1][step, 0] + parts[1][step, 1] + parts[2][step]
            #expect(abs(total[step] - sum) < 1e-4 * sum)
            #expect(step == 0 || total[step] <= total[step - 1])
        }
        #expect(total[12] < 0.5 * total[0])
        #expect(try workspace.log(of: "long").contains("The style has 32×32 pixels and the content 48×48."))
    }

    @Test func `colours come from a data set, and change what is drawn`() throws {
        func image(_ inputs: String) throws -> Tensor {
            let workspace = try StageWorkspace(
                Self.stages(
                    """
                    "long": {
                      "stage": "filters.maximize", "inputs": { "model": "net"\(inputs) },
                      "parameters": { "layer": "block1.0", "filters": [2], "iterations": 4 }
                    }
                    """))
            return try workspace.open("long/images").dataset("/image").readTensor()
        }
        let (plain, colored) = (try image(""), try image(#", "dataset": "images""#))
        #expect(plain.shape == colored.shape && plain != colored)
        #expect(try image(#", "dataset": "images""#) == colored)
    }

    /// What a stage says before anything runs, by parameter or input.
    static let mistakes: [(stage: String, parameters: String, expected: [String])] = [
        (
            "image.dream", #""layer": "block9.1""#,
            ["parameters.layer: the network has no layer 'block9.1'; did you mean 'block"]
        ),
        (
            "image.dream", #""layer": "block2.1", "filters": [0, 999], "samples": [10]"#,
            [
                "parameters.filters: layer 'block2.1' has no channel 999; its 32 channels count from 0",
                "parameters.samples[0]: there is no image 10 among 10",
            ]
        ),
        (
            "image.dream", #""layer": "block2.1", "octaves": 12"#,
            ["parameters.octaves: octave 1, of 1×1 pixels, does not reach layer 'block2.1'"]
        ),
        (
            "image.style", #""content_sample": 10"#,
            [
                "parameters.content_sample: there is no image 10 among 10",
                "parameters.content_layers: none are named, and 'cifar10-cnn' has not those of VGG-19 that are usual",
            ]
        ),
        (
            "image.style", #""content_layers": ["block1.0"], "style_layers": ["block1.0", "fc9"]"#,
            ["parameters.style_layers: the network has no layer 'fc9'"]
        ),
        (
            "image.style", #""style_layers": ["block1.0"], "style_weight": [1, 2]"#,
            ["parameters.style_weight: has 2 numbers for 1 layers"]
        ),
        (
            "image.style", #""content_layers": ["block1.0"], "style_layers": ["block1.0"], "snapshots": [301]"#,
            ["parameters.snapshots: 301 is beyond the last step, 300"]
        ),
        (
            "image.style", #""content_layers": ["block1.0"], "style_layers": ["block1.0"], "momentum": 0.9"#,
            ["parameters.momentum: 'lbfgs' has no momentum to set"]
        ),
        (
            "image.style",
            #""content_layers": ["block1.0"], "style_layers": ["block1.0"], "optimizer": "adam", "seed": 0"#,
            ["parameters.seed: nothing is drawn where the image starts as the content"]
        ),
        (
            "image.style", #""style_layers": [], "style_weight": -1"#,
            ["parameters.style_weight: expected a number in 0...1e9, or a list with one for each layer"]
        ),
        (
            "filters.maximize", #""layer": "block1.0", "color": "dataset""#,
            ["parameters.color: there is no data set to take colours from"]
        ),
    ]

    @Test(arguments: mistakes) func `mistakes are found before anything runs`(
        stage: String, parameters: String, expected: [String]
    ) throws {
        let inputs =
            switch stage {
            case "image.dream": #""model": "net", "dataset": "images""#
            case "image.style": #""model": "net", "content": "images", "style": "small""#
            default: #""model": "net""#
            }
        let workspace = try StageWorkspace(
            unrun: Self.stages(
                """
                "long": { "stage": "\(stage)", "inputs": { \(inputs) }, "parameters": { \(parameters) } }
                """))
        do {
            try workspace.plan().check()
            Issue.record("no mistake is found")
        } catch {
            for text in expected { #expect("\(error)".contains("stages.long.\(text)"), "\(error)") }
        }
    }

    @Test func `a gray network dreams, paints and maximizes in gray`() throws {
        let workspace = try StageWorkspace(
            """
            "gray": {
              "stage": "dataset.load",
              "parameters": { "format": "shapes", "count": 4, "seed": 4, "color": "gray", "resize": 28 }
            },
            "net": { "stage": "model.load", "parameters": { "architecture": "mnist-cnn", "seed": 1 } },
            "dream": {
              "stage": "image.dream", "inputs": { "model": "net", "dataset": "gray" },
              "parameters": { "layer": "block1.0", "octaves": 2, "iterations": 3 }
            },
            "paint": {
              "stage": "image.style", "inputs": { "model": "net", "content": "gray", "style": "gray" },
              "parameters": {
                "style_sample": 1, "content_layers": ["block1.0"], "style_layers": ["block1.0"], "iterations": 3
              }
            },
            "units": {
              "stage": "filters.maximize", "inputs": { "model": "net" },
              "parameters": {
                "layer": "block1.0", "filters": [0], "iterations": 3, "parameterization": "laplacian",
                "optimizer": "lbfgs", "blur": 0.1, "l1": 0.1
              }
            }
            """)
        #expect(try workspace.open("dream/images").dataset("/image").readTensor().shape == [1, 1, 28, 28])
        #expect(try workspace.open("paint/image").dataset("/image").readTensor().shape == [1, 28, 28])
        #expect(try workspace.open("units/images").dataset("/image").readTensor().shape == [1, 1, 28, 28])
    }
}
