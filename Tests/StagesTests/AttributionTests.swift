import HDF5Files
import Pipeline
import Storage
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
            for kind in ["heat", "overlay"] {
                let path = workspace.path("runs/p/outputs/\(method)/pictures/image-5-\(kind).png")
                #expect(try FileSystem.read(path).count > 100)
            }
        }
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
        #expect(try file.dataset("/randomized_weights").shape == [2])
        #expect(try file.dataset("/deletion").shape == [2, 5])
        #expect(try file.dataset("/fractions").read(Float.self) == [0, 0.25, 0.5, 0.75, 1])
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

    @Test(arguments: [
        ("saliency", #""target": 10"#, "there is no class 10 among 10"),
        ("saliency", #""target": "cat""#, "'cat' is no target, and the network's classes have no names"),
        ("saliency", #""target": "block2.9:1""#, "block2.9"),
        ("saliency", #""target": "block2.1:999""#, "'block2.1' has no channel 999"),
        ("saliency", #""target": "block2.1:1@99,0""#, "has no position 99,0"),
        ("saliency", #""samples": [6]"#, "there is no image 6 among 6"),
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
