import HDF5Files
import Imaging
import ModelFormats
import Pipeline
import Storage
import TestSupport
import Tensors
import Testing

@Suite struct AttributionStageTests {
    private static let start = """
        "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 6, "seed": 2 } },
        "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn", "seed": 1 } }
        """

    private static func stage(_ method: String, _ parameters: String = "") -> String {
        """
        "\(method)": { "stage": "attribution.\(method)", "inputs": { "model": "net", "dataset": "images" }, "parameters": { \(parameters) } }
        """
    }

    private static let methods = [
        "saliency", "guided-backprop", "deconvnet", "integrated-gradients", "grad-cam", "occlusion",
    ]

    @Test func `every method writes maps, targets, scores and pictures`() throws {
        let workspace = try StageWorkspace(
            ([Self.start] + Self.methods.map { Self.stage($0) }).joined(separator: ",\n"))
        for method in Self.methods {
            let file = try workspace.open("\(method)/attribution")
            let maps = try file.dataset("/attribution")
            let channels = ["grad-cam", "occlusion"].contains(method) ? 1 : 3
            #expect(maps.shape == [6, channels, 32, 32], "\(method)")
            #expect(try maps.axisNames() == ["samples", "channels", "height", "width"])
            #expect(try maps.readTensor().isFinite)
            #expect(try maps.readTensor().norm > 0, "\(method)")
            #expect(try file.dataset("/target").read(Int.self).allSatisfy { (0..<10).contains($0) })
            #expect(try file.dataset("/score").shape == [6])
            #expect(try file.dataset("/labels").shape == [6])
            #expect(try file.dataset("/sample_ids").readStrings().count == 6)
            #expect(try file.dataset("/samples").read(Int.self) == Array(0..<6))
            let pictures = "\(method)/pictures/image-5"
            let figure = try Image.read(workspace.path("runs/p/outputs/\(pictures).png"))
            let heat = try Image.read(workspace.path("runs/p/outputs/\(pictures)-heat.png"))
            let overlay = try Image.read(workspace.path("runs/p/outputs/\(pictures)-overlay.png"))
            #expect((heat.width, heat.height) == (32, 32) && (overlay.width, overlay.height) == (32, 32))
            #expect(figure.width > 3 * 160)
        }
        let occlusion = try workspace.open("occlusion/attribution")
        #expect(try occlusion.attribute("window", of: "/attribution") == 4)
        #expect(try occlusion.attribute("stride", of: "/attribution") == 2)
        let camera = try workspace.open("grad-cam/attribution")
        #expect(try camera.attribute("layer", of: "/attribution") == "block2.2")
        let gaps = try workspace.open("integrated-gradients/attribution").dataset("/completeness_gap")
        #expect(gaps.shape == [6])
    }

    @Test func `samples, SmoothGrad and checks are as asked, whatever the number of threads`() throws {
        let parameters = """
            "samples": [4, 1], "smoothgrad": 3, "target": "block2.1:5@strongest", "checks": ["randomized-weights", "deletion"], "deletion_steps": 4, "pictures": 1
            """
        let stages = Self.start + ",\n" + Self.stage("saliency", parameters)
        let workspace = try StageWorkspace(stages)
        let file = try workspace.open("saliency/attribution")
        #expect(try file.dataset("/attribution").shape == [2, 3, 32, 32])
        #expect(try file.dataset("/target").read(Int.self) == [5, 5])
        #expect(try file.dataset("/sample_ids").readStrings() == ["train/4", "train/1"])
        #expect(try file.dataset("/position").shape == [2, 2])
        #expect(try file.dataset("/randomized_weights").shape == [2])
        #expect(try file.dataset("/randomized_weights_seed").read(Int.self).allSatisfy { (-1...4).contains($0) })
        #expect(try file.dataset("/deletion").shape == [2, 5])
        #expect(try file.dataset("/fractions").read(Float.self) == [0, 0.25, 0.5, 0.75, 1])
        let curve = try file.dataset("/deletion").readTensor().row(1).scalars
        let area = zip(curve, curve.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 8 }
        #expect(try abs(file.dataset("/deletion_area").read(Float.self)[1] - area) < 1e-5 * abs(area))
        let other = try StageWorkspace(unrun: stages)
        _ = try other.run(threads: 1)
        let again = try other.open("saliency/attribution")
        for name in ["/attribution", "/deletion", "/insertion", "/randomized_weights"] {
            #expect(try again.dataset(name).readTensor() == file.dataset(name).readTensor(), "\(name)")
        }
    }

    @Test func `numbers come without pictures`() throws {
        let workspace = try StageWorkspace(Self.start + ",\n" + Self.stage("saliency", #""pictures": 0"#))
        #expect(try workspace.open("saliency/attribution").dataset("/attribution").shape == [6, 3, 32, 32])
        #expect(!FileSystem.exists(workspace.path("runs/p/outputs/saliency/pictures")))
    }

    private static let linear = """
        { "name": "net", "input": [3, 32, 32], "layers": [
          { "name": "conv", "kind": "convolution", "in_channels": 3, "out_channels": 1, "kernel": 1 },
          { "name": "relu", "kind": "relu" }, { "name": "flatten", "kind": "flatten" },
          { "name": "head", "kind": "linear", "in_features": 1024, "out_features": 8 } ] }
        """

    /// Of a black image, the score is finite; its gradient, and the score of whiter images, are beyond 32 bits.
    @Test(arguments: [
        ("saliency", ""), ("guided-backprop", ""), ("deconvnet", ""), ("integrated-gradients", ""),
        ("occlusion", #""fill": "white""#), ("saliency", #""smoothgrad": 2"#),
    ])
    func `maps that are not finite end the stage`(method: String, parameters: String) throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeFolder(folder.path("images/black"), makingParents: true)
        let black = Image(width: 32, height: 32, channels: 3, pixels: [UInt8](repeating: 0, count: 3 * 1024))
        try FileSystem.write(black.encodedPNG(), to: folder.path("images/black/0.png"))
        try SafetensorsFile.write(
            [
                "conv.weight": Tensor(shape: [1, 3, 1, 1], repeating: 1e30),
                "conv.bias": Tensor(shape: [1], repeating: 1e-30),
                "head.weight": Tensor(shape: [8, 1024], repeating: 1e30), "head.bias": Tensor(shape: [8]),
            ], to: folder.path("huge.safetensors"))
        let stages = """
            "images": {
              "stage": "dataset.load", "parameters": { "format": "image-folder", "path": "\(folder.path("images"))" }
            },
            "net": {
              "stage": "model.load",
              "parameters": { "architecture": "net.json", "weights": "\(folder.path("huge.safetensors"))" }
            },
            """
        let workspace = try StageWorkspace(
            unrun: stages + Self.stage(method, parameters), files: ["net.json": Self.linear])
        let result = try workspace.run()
        #expect(result.state == .failed)
        let words = result.failures.joined()
        #expect(words.contains("gets an attribution that is not finite"), "\(words)")
        #expect(words.contains("look at the weights"), "\(words)")
    }

    @Test func `classes go by the data set's names where the network has none`() throws {
        let stages = """
            "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 3, "seed": 2 } },
            "net": { "stage": "model.load", "parameters": { "architecture": "net.json", "seed": 1 } },
            """
        let files = ["net.json": Self.linear]
        let workspace = try StageWorkspace(
            stages + Self.stage("saliency", #""target": "TRIANGLE", "pictures": 1"#), files: files)
        let file = try workspace.open("saliency/attribution")
        guard case .strings(let names)? = try file.attribute("class_names", of: "/labels") else {
            Issue.record("the classes have no names")
            return
        }
        #expect(try file.dataset("/target").read(Int.self).allSatisfy { names[$0] == "triangle" })
        let summary = String(decoding: try workspace.bytes("saliency/summary.json"), as: UTF8.self)
        #expect(summary.contains("Explains the logit of triangle") && summary.contains("label "))
        let wrong = try StageWorkspace(unrun: stages + Self.stage("saliency", #""target": "triangel""#), files: files)
        #expect(throws: (any Error).self) { try wrong.plan().check() }
    }

    @Test func `a synonym names a class, a name of two classes none`() throws {
        let names = ["disk, round thing", "crane", "square", "triangle", "crane", "star", "crescent moon", "bars"]
        let stages = """
            "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 3, "seed": 2 } },
            "net": {
              "stage": "model.load", "parameters": { "architecture": "net.json", "seed": 1, "classes": "names.txt" }
            },
            """
        let files = ["net.json": Self.linear, "names.txt": names.joined(separator: "\n")]
        func map(_ target: String) -> String { stages + Self.stage("saliency", #""target": "\#(target)""#) }
        for name in ["disk", "Round_Thing", "disk, round thing"] {
            let workspace = try StageWorkspace(map(name), files: files)
            #expect(try workspace.open("saliency/attribution").dataset("/target").read(Int.self) == [0, 0, 0])
        }
        for (name, words) in [
            ("crane", "'crane' is the name of 2 classes: 1, 4"), ("cresent moon", "did you mean 'crescent moon'?"),
            ("crescent", "did you mean 'crescent moon'?"), ("zebra", "none of the network's 8 classes"),
        ] {
            let workspace = try StageWorkspace(unrun: map(name), files: files)
            do {
                try workspace.plan().check()
                Issue.record("no mistake was found in '\(name)'")
            } catch {
                #expect("\(error)".contains(words), "\(error)")
            }
        }
    }

    @Test func `labels match the network's classes by synonym`() throws {
        let stages = """
            "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 8, "seed": 2 } },
            "net": {
              "stage": "model.load", "parameters": { "architecture": "net.json", "seed": 1, "classes": "names.txt" }
            },
            "check": { "stage": "model.run", "inputs": { "model": "net", "dataset": "images" } }
            """
        let names = "bars, b\nring\nsquare\ntriangle\ncross\nstar\ncrescent\ndisk, round thing"
        let workspace = try StageWorkspace(stages, files: ["net.json": Self.linear, "names.txt": names])
        let file = try workspace.open("check/predictions")
        #expect(try file.attribute("accuracy") != nil)
        let data = try file.dataset("/labels").read(Int.self)
        #expect(try file.dataset("/confusion").readTensor().sum == Double(data.count))
    }

    @Test(arguments: [
        ("saliency", #""target": 10"#, "there is no class 10 among 10"),
        ("saliency", #""target": "cat""#, "'cat' is no target, and the network's classes have no names"),
        ("saliency", #""target": "block2.9:1""#, "block2.9"),
        ("saliency", #""target": "block2.1:999""#, "'block2.1' has no channel 999"),
        ("saliency", #""target": "block2.1:1@99,0""#, "has no position 99,0"),
        ("saliency", #""samples": [6]"#, "there is no image 6 among 6"),
        ("saliency", #""samples": [1, 0, 1]"#, "names image 1 again"),
        ("saliency", #""target": "block2.1:1", "score": "probability""#, "has no probability"),
        ("deconvnet", #""target": "block1.0:1""#, "no ReLU lies between the image and 'block1.0'"),
        ("saliency", #""target": "block2.1:1", "checks": ["class-difference"]"#, "compares classes"),
        ("grad-cam", #""layer": "fc_layers.4""#, "gives a vector, not maps"),
        ("grad-cam", #""layer": "block2.1", "target": "block1.1:0""#, "does not feed 'block1.1'"),
        ("occlusion", #""window": 33"#, "larger than the image"),
        ("occlusion", #""window": 4, "stride": 5"#, "leaves gaps"),
    ])
    func `mistakes are found before anything runs`(method: String, parameters: String, words: String) throws {
        let workspace = try StageWorkspace(unrun: Self.start + ",\n" + Self.stage(method, parameters))
        do {
            try workspace.plan().check()
            Issue.record("no mistake was found")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }
}
