import JSONValues
import ModelFormats
import NeuralNetwork
import Testing

@Suite struct WeightMatchingTests {
    /// Two layers with weights, the first with a second name.
    private static let network = try! Network(
        json: JSONDocument(
            parsing: """
                { "name": "n", "input": [1, 4, 4], "layers": [
                  { "name": "conv.0", "alias": "block1_conv1", "kind": "convolution", "in_channels": 1, "out_channels": 2, "kernel": 3 },
                  { "name": "bn", "kind": "batch_normalization", "channels": 2 },
                  { "name": "flatten", "kind": "flatten" },
                  { "name": "fc", "kind": "linear", "in_features": 8, "out_features": 3 } ] }
                """
        ).root)

    private static let entries = network.parameters.map {
        WeightEntry(name: $0.name, type: "float32", shape: $0.specification.shape)
    }

    private static func renamed(_ name: (String) -> String) -> [WeightEntry] {
        entries.map { WeightEntry(name: name($0.name), type: $0.type, shape: $0.shape) }
    }

    private static func matching(
        _ entries: [WeightEntry], rename rules: [(String, String)] = [], unused: [String] = []
    ) -> WeightMatching {
        WeightMatching(
            entries, to: network, rename: rules.map { RenameRule($0.0, to: $0.1)! },
            published: PublishedNames(unused: unused))
    }

    private static func entry(_ name: String, _ shape: [Int] = [1]) -> WeightEntry {
        WeightEntry(name: name, type: "float32", shape: shape)
    }

    @Test(arguments: ["", "module.", "model.", "_orig_mod.", "model.module.", "net.encoder.0."])
    func `a prefix of all names does not count`(prefix: String) {
        let matching = Self.matching(Self.renamed { prefix + $0 })
        #expect(matching.prefix == prefix)
        #expect(matching.problems(isStrict: true) == [])
        for parameter in Self.network.parameters {
            #expect(matching.sources[parameter.name] == prefix + parameter.name)
        }
    }

    @Test func `tensors beside the prefixed ones are unexpected, and those without prefix win`() {
        let more = Self.renamed { "ema." + $0 } + [Self.entry("criterion.weight")]
        let matching = Self.matching(more + Self.entries)
        #expect(matching.prefix == "")
        #expect(matching.sources["fc.weight"] == "fc.weight")
        #expect(matching.unexpected == more.map(\.name))
        #expect(Self.matching(more).prefix == "ema.")
        #expect(Self.matching(more).unexpected == ["criterion.weight"])
    }

    @Test func `bookkeeping and known extras are left out without a word`() {
        let extras = ["bn.num_batches_tracked", "optimizer.state.0.exp_avg", "aux1.fc.weight"].map { Self.entry($0) }
        let matching = Self.matching(Self.entries + extras, unused: ["aux1.*"])
        #expect(matching.ignored == extras.map(\.name))
        #expect(matching.problems(isStrict: true) == [])
        let prefixed = (Self.entries + extras).map { Self.entry("module." + $0.name, $0.shape) }
        #expect(Self.matching(prefixed, unused: ["aux1.*"]).ignored == extras.map { "module." + $0.name })
    }

    @Test func `a layer's second name stands for its first`() {
        let matching = Self.matching(Self.renamed { $0.replacing("conv.0.", with: "block1_conv1.") })
        #expect(matching.sources["conv.0.bias"] == "block1_conv1.bias")
        #expect(matching.problems(isStrict: true) == [])
    }

    @Test func `rules rename, the most specific first, with or without the prefix`() {
        let entries = Self.renamed { name in
            "module." + name.replacing("conv.0", with: "stem").replacing("fc.", with: "head/")
        }
        let rules = [
            ("stem.*", "conv.0.*"), ("module.head/*", "fc.*"), ("stem.b*", "conv.0.b*"), ("stem.bias", "conv.0.bias"),
        ]
        let matching = Self.matching(entries, rename: rules.filter { $0.0 != "stem.b*" })
        #expect(matching.problems(isStrict: true) == [])
        #expect(matching.sources["fc.weight"] == "module.head/weight")
        // A rule that never comes to its turn is said.
        #expect(Self.matching(entries, rename: rules).problems(isStrict: true).map(\.rule?.old) == ["stem.b*"])
    }

    @Test(arguments: [("a*b*", "c"), ("a", "b*"), ("", "b"), ("a", "")])
    func `rules that say nothing definite are none`(old: String, new: String) {
        #expect(RenameRule(old, to: new) == nil)
    }

    @Test func `all that does not fit is said at once, with the nearest name`() {
        let wrong = [
            Self.entry("conv.0.wieght", [2, 1, 3, 3]), Self.entry("conv.0.bias", [3]), Self.entry("fc.bias", [4]),
            Self.entry("fc.weight", [3, 8]), Self.entry("bn.weight", [2]), Self.entry("bn.bias", [2]),
            Self.entry("bn.running_mean", [2]), Self.entry("bn.running_var", [2]), Self.entry("other"),
        ]
        let matching = Self.matching(wrong, rename: [("fc.wait", "fc.weight"), ("oth*", "there*")])
        let problems = matching.problems(isStrict: true)
        #expect(
            problems.map(\.what) == [
                "no tensor of the file is called 'fc.wait'; did you mean 'fc.weight'?",
                "'oth*' leads to 'thereer', which the network does not have",
                "the weights lack conv.0.weight; the file has 'conv.0.wieght'",
                "the network has no parameter for conv.0.wieght, other",
                "'conv.0.bias' has shape [3], but the network needs [2]",
                "'fc.bias' has shape [4], but the network needs [3]",
            ])
        #expect(problems[2].fix.hasPrefix(#"add "rename": {"conv.0.wieght": "conv.0.weight"}, or "#))
        // Names may be left open, shapes not.
        #expect(matching.problems(isStrict: false) == problems.filter { $0.rule != nil } + problems.suffix(2))
        #expect(
            matching.omissions == "random, because the file lacks it: conv.0.weight; "
                + "left out, because the network has no place for them: conv.0.wieght, other")
    }

    @Test func `weights of another network are told as such`() {
        let problems = Self.matching([Self.entry("a"), Self.entry("b")]).problems(isStrict: false)
        #expect(
            problems.map(\.what) == [
                "none of its tensors (a, b) is one of the network's parameters "
                    + "(conv.0.weight, conv.0.bias, bn.weight and 5 more)"
            ])
    }

    private static func entries(of network: Network, _ name: (String) -> String = { $0 }) -> [WeightEntry] {
        network.parameters.map { entry(name($0.name), $0.specification.shape) }
    }

    private static func problems(_ entries: [WeightEntry], _ architecture: String) -> [String] {
        WeightMatching(entries, to: Architecture.named(architecture)!.network).problems(isStrict: true)
            .map { "\($0.what)\n\($0.fix)" }
    }

    @Test func `another architecture is named instead of hundreds of tensors`() throws {
        let weights = Self.entries(of: Architecture.named("resnet50")!.network) { "module." + $0 }
        #expect(
            Self.problems(weights, "resnet18") == [
                "its weights are those of 'resnet50', not of 'resnet18'\nwrite \"architecture\": \"resnet50\""
            ])
        let tuned = Self.entries(of: try Architecture.named("vgg16_bn")!.network.withClasses(7))
        #expect(
            Self.problems(tuned, "vgg16") == [
                "its weights are those of 'vgg16_bn' for 7 classes, not of 'vgg16'\n"
                    + "write \"architecture\": \"vgg16_bn\", \"class_count\": 7"
            ])
    }

    @Test func `another number of classes is said in one sentence`() throws {
        let tuned = Self.entries(of: try Architecture.named("resnet18")!.network.withClasses(10))
        let problem =
            "the last layer 'fc' has 1000 classes, the file 10\n"
            + "write \"class_count\": 10, or give the network file that many outputs"
        #expect(Self.problems(tuned, "resnet18") == [problem])
        #expect(
            Self.problems(tuned + [Self.entry("head.weight")], "resnet18").map { $0.split(separator: "\n")[0] } == [
                "the last layer 'fc' has 1000 classes, the file 10", "the network has no parameter for head.weight",
            ])
        #expect(
            Self.problems(tuned.dropLast(2), "resnet18") == [
                "the file has no last layer: the weights lack fc.weight, fc.bias\n"
                    + "write \"strict\": false to leave it random; the layers before it do not notice"
            ])
    }

    @Test func `other names for the same shapes are told as rules that make everything fit`() throws {
        let network = Architecture.named("resnet18")!.network
        #expect(
            Self.problems(Self.entries(of: network) { $0.replacing("downsample", with: "shortcut") }, "resnet18") == [
                "15 of the network's 102 parameters have other names in the file; their shapes and their order are the same"
                    + "\nadd \"rename\": {\"layer2.0.shortcut.*\": \"layer2.0.downsample.*\", "
                    + "\"layer3.0.shortcut.*\": \"layer3.0.downsample.*\", "
                    + "\"layer4.0.shortcut.*\": \"layer4.0.downsample.*\"}"
            ])
        let headless = Self.entries(of: network) {
            $0.hasPrefix("fc.") ? $0.replacing("fc.", with: "head.") : "backbone." + $0
        }
        #expect(
            Self.problems(headless, "resnet18").map { $0.split(separator: "\n")[1] } == [
                "add \"rename\": {\"head.*\": \"fc.*\"}"
            ])
        // As from torch.nn.Sequential(*model.children()).
        let modules = ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc"]
        let numbered = Self.entries(of: network) { name in
            let parts = name.split(separator: ".", maxSplits: 1)
            return "\(modules.firstIndex(of: String(parts[0]))!).\(parts[1])"
        }
        let rules = "0.*: conv1.*, 1.*: bn1.*, 4.*: layer1.*, 5.*: layer2.*, 6.*: layer3.*, 7.*: layer4.*, 9.*: fc.*"
        #expect(
            Self.problems(numbered, "resnet18").map { $0.split(separator: "\n")[1].replacing("\"", with: "") } == [
                "add rename: {\(rules)}"
            ])
    }

    @Test func `published weights load under their older names`() {
        let architecture = Architecture.named("densenet121")!
        let older = Self.entries(of: architecture.network) { name in
            name.replacing(#/denselayer(\d+)\.(norm|conv)(\d)/#) { "denselayer\($0.1).\($0.2).\($0.3)" }
        }
        #expect(older.contains { $0.name == "features.denseblock4.denselayer16.norm.2.running_var" })
        for prefix in ["", "module."] {
            let entries = older.map { Self.entry(prefix + $0.name, $0.shape) }
            let matching = WeightMatching(entries, to: architecture.network, published: architecture.published)
            #expect(matching.problems(isStrict: true) == [])
            #expect(
                matching.sources["features.denseblock1.denselayer1.conv1.weight"]
                    == prefix + "features.denseblock1.denselayer1.conv.1.weight")
        }
        let elsewhere = Self.problems(older, "resnet18")
        #expect(elsewhere.first?.hasPrefix("its weights are those of 'densenet121', not of 'resnet18'") == true)
    }

    @Test func `names made to cost time cost none`() {
        let long = String(repeating: "a.", count: 200_000)
        let matching = Self.matching((0..<20).map { Self.entry(long + "\($0)") })
        #expect(matching.unexpected.count == 20)
    }
}
