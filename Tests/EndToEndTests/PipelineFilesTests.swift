import Foundation
import HDF5Files
import TestSupport
import Testing

/// The other files of `Pipelines/`, made small.
@Suite struct PipelineFilesTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace(withPipelines: ()) }

    @Test func `every file of the folder has no mistakes`() throws {
        let names = try workspace.files(below: "Pipelines").filter { $0.hasSuffix(".json") }
        #expect(names.contains("quickstart.json"))
        // Where the real data are not there, the files that need them cannot be checked.
        let real = ["fashion-mnist.json", "circuit-lab.json", "raw-data-maps.json"]
        for name in names where RealData.exists || !real.contains(name) && !name.hasPrefix("models/") {
            let file = "Pipelines/" + name
            let outcome = try workspace.run(["plan", file] + workspace.realData(for: file))
            #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        }
    }

    @Test func `the circuit of a VGG16 filter, with random weights`() throws {
        let options = [
            "--set", "variables.size=32", "--set", "variables.iterations=2", "--set", "stages.rank.parameters.top=3",
        ]
        let report = try workspace.runPipeline("Pipelines/vgg16-circuit.json", options)
        #expect(Set(report.executed) == ["vgg", "filters", "rank", "chosen", "upstream", "page"])
        let rank = try HDF5File(opening: report.folder + "/outputs/rank/rank.h5")
        #expect(try rank.dataset("/kernel").shape == [3, 3, 3])
        #expect(try rank.attribute("upstream_layer") == "features.12")
        let images = try HDF5File(opening: report.folder + "/outputs/upstream/images.h5")
        #expect(try images.dataset("/image").shape == [3, 3, 32, 32])
        #expect(try images.dataset("/unit").readStrings().allSatisfy { $0.hasPrefix("features.12:") })
        #expect(try workspace.text("runs/vgg16-circuit/report.html").contains("Filter 220 of features.14"))
        #expect(try workspace.runPipeline("Pipelines/vgg16-circuit.json", options).executed == [])
    }

    @Test(.enabled(if: RealData.exists, "there is no ../shared/data with photographs and SqueezeNet in it"))
    func `the circuits lab on SqueezeNet and photographs`() throws {
        let data = "models/squeezenet1.1-imagenet/squeezenet1_1_torchvision_layout.pth"
        let network = """
            { "architecture": "squeezenet1_1", "weights": "\(RealData.path(data))",
              "input": { "order": "BGR", "range": 255, "mean": [104, 117, 123], "std": [1, 1, 1] },
              "classes": "\(RealData.path("imagenet/imagenet_class_index.json"))" }
            """
        let file = "Pipelines/circuit-lab.json"
        let options =
            try workspace.realData(for: file)
            + ["network=\(network)", "size=48", "iterations=2"].flatMap { ["--set", "variables.\($0)"] }
        let report = try workspace.runPipeline(file, options)
        #expect(report.executed.count == 10)
        let predictions = try HDF5File(opening: report.folder + "/outputs/check/predictions.h5")
        #expect(try predictions.dataset("/top_classes").shape == [20, 3])
        let rank = try HDF5File(opening: report.folder + "/outputs/rank/rank.h5")
        let units = try rank.dataset("/channel").read(Int.self).map { "features.7.squeeze:\($0)" }
        #expect(units.count == 10)
        for output in ["upstream/images", "upstream-excited/top"] {
            let file = try HDF5File(opening: report.folder + "/outputs/\(output).h5")
            #expect(try file.dataset("/unit").readStrings() == units)
        }
        let page = try workspace.text("runs/circuit-lab/report.html")
        for words in ["Filter 10 of features.7.expand3x3", "Evidence on filters", "monarch", "Labrador"] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(try workspace.runPipeline(file, options).executed == [])
    }

    @Test func `the sweep over perplexity and seed, with its table`() throws {
        let options =
            ["--set", "variables.count=60", "--set", "stages.map.parameters.iterations=20"]
            + ["--set", "stages.map.matrix.perplexity=[3,5]", "--set", "stages.components.parameters.dimensions=5"]
        let report = try workspace.runPipeline("Pipelines/perplexity-sweep.json", options)
        #expect(report.executed.count == 2 + 6 + 1)
        let page = try workspace.text("runs/perplexity-sweep/report.html")
        #expect(page.contains("<bdi>map by perplexity and seed</bdi>"))
        #expect(page.matches(of: /<a href="#section-map-perplexity-\d-seed-\d-" aria-label/).count == 6)
        // Where only the number of rows changes, the instances that are there are not computed again.
        let wider = try workspace.runPipeline(
            "Pipelines/perplexity-sweep.json", options + ["--set", "stages.map.matrix.perplexity=[3,4,5]"])
        #expect(wider.executed.count == 3 + 1)
    }

    @Test(.enabled(if: RealData.exists, "there is no ../shared/data with FashionMNIST in it"))
    func `FashionMNIST, the whole road on some of its images`() throws {
        let options =
            try workspace.realData(for: "Pipelines/fashion-mnist.json") + ["--set", "variables.epochs=1"]
            + Quickstart.settings([
                "train.limit": 2_000, "test.limit": 200, "tsne.iterations": 60, "pixels-tsne.iterations": 60,
                "chosen.iterations": 4, "upstream.iterations": 2, "rank.top": 3,
            ])
        let report = try workspace.runPipeline("Pipelines/fashion-mnist.json", options)
        #expect(report.executed.count == 16)
        let predictions = try HDF5File(opening: report.folder + "/outputs/check/predictions.h5")
        #expect(try predictions.dataset("/logits").shape == [200, 10])
        // The published test labels, and far above the tenth that guessing gets.
        #expect(try predictions.dataset("/labels").read(Int.self).prefix(10) == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
        guard case .number(let accuracy)? = try predictions.attribute("accuracy") else {
            Issue.record("no accuracy")
            return
        }
        #expect(accuracy > 0.4)
        let page = try workspace.text("runs/fashion-mnist/report.html")
        for words in ["Confusion matrix", "Accuracy by class", "Ankle boot", "Filter 3 of block2.0"] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(try workspace.runPipeline("Pipelines/fashion-mnist.json", options).executed == [])
    }

    @Test(.enabled(if: RealData.exists, "there is no ../shared/data with MNIST and CIFAR-10 in it"))
    func `maps of raw pixels, of some images`() throws {
        let options =
            try workspace.realData(for: "Pipelines/raw-data-maps.json") + ["--set", "variables.limit=160"]
            + ["digits", "photographs"].flatMap { name in
                [
                    "--set", "stages.\(name)-tsne.parameters.iterations=60",
                    "--set", "stages.\(name)-umap.parameters={\"epochs\": 30}",
                ]
            }
        let report = try workspace.runPipeline("Pipelines/raw-data-maps.json", options)
        #expect(report.executed.count == 13)
        for name in ["digits", "photographs"] {
            let quality = try HDF5File(opening: report.folder + "/outputs/\(name)-quality/quality.h5")
            #expect(
                try quality.dataset("/embedding_names").readStrings()
                    == ["pca", "tsne", "umap"].map { "\(name)-\($0)" })
            // Half of the pairs are in order by chance.
            #expect(try quality.dataset("/triplet_accuracy").read(Double.self).allSatisfy { $0 > 0.55 })
        }
        #expect(try workspace.text("runs/raw-data-maps/report.html").contains("Maps of pixels"))
    }
}
