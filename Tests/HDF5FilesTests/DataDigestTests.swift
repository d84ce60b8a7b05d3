import HDF5Files
import TestSupport
import Tensors
import Testing

@Suite struct DataDigestTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What one test file holds; each test changes one part.
    struct Content: Sendable {
        var path = "/block1/conv"
        var type = HDF5ElementType.float32
        var shape = [40, 3]
        var values = (0..<120).map { Float($0 % 50) }
        var names = ["a", "b"]
        var axes = ["samples", "channels"]
        var scaledAxis = 0
        var ids = Array(0..<40)
        var attributes: [(place: String, name: String, value: HDF5AttributeValue)] = [
            ("/", "accuracy", 0.5), ("/block1", "layer", "conv"), ("/", "key", "1234"), ("/", "stage", "reduce.pca"),
        ]
        var layout = HDF5Layout()
        var extra: [String] = []
    }

    private func stream(_ change: (inout Content) -> Void = { _ in }) throws -> [UInt8] {
        var content = Content()
        change(&content)
        let name = folder.path("\(CounterRandom(seed: content.values.count).bits(0))-\(ContinuousClock.now).h5")
        try makeFile(name) { file in
            let values = try file.write(
                Tensor(shape: content.shape, content.values), to: content.path, as: content.type, layout: content.layout
            )
            try values.setAxisNames(content.axes)
            try values.attach(
                try file.write(content.ids, to: "ids", layout: content.layout.forOneAxis), toAxis: content.scaledAxis)
            try file.write(content.names, to: "names", layout: content.layout.forOneAxis)
            for group in content.extra { try file.createGroup(group) }
            for (place, name, value) in content.attributes { try file.setAttribute(name, value, of: place) }
        }
        return try digestStream(name)
    }

    @Test func `chunks and compression leave no trace`() throws {
        let plain = try stream()
        for layout in [
            HDF5Layout(chunk: [7, 3]), HDF5Layout(chunk: [40, 1], gzip: 9), HDF5Layout(gzip: 1, isShuffled: true),
            HDF5Layout(isExtensible: true),
        ] {
            #expect(try stream { $0.layout = layout } == plain)
        }
    }

    @Test func `provenance leaves no trace on the root, and everywhere else it does`() throws {
        let plain = try stream()
        for name in ["convscope_version", "stage", "parameters", "key", "inputs"] {
            #expect(try stream { $0.attributes.append(("/", name, "other")) } == plain)
            #expect(try stream { $0.attributes.append(("/block1", name, "other")) } != plain)
        }
    }

    static let changes: [(String, @Sendable (inout Content) -> Void)] = [
        ("value", { $0.values[119] = 7 }), ("sign of zero", { $0.values[0] = -0.0 }),
        ("path", { $0.path = "/block1/conv2" }),
        ("group", { $0.path = "/block1//conv/x" }), ("type", { $0.type = .float64 }), ("half", { $0.type = .float16 }),
        (
            "shape",
            {
                $0.shape = [40, 3, 1]; $0.axes.append("")
            }
        ),
        (
            "text",
            {
                $0.names[0] = "aa"; $0.names[1] = ""
            }
        ),
        ("texts", { $0.names = ["ab"] }), ("axis name", { $0.axes[1] = "units" }),
        ("axis of the scale", { $0.scaledAxis = 1 }), ("values of the scale", { $0.ids[3] = 30 }),
        ("attribute", { $0.attributes[0].value = 0.25 }),
        ("attribute's type", { $0.attributes[0].value = .numbers([0.5]) }),
        ("attribute's name", { $0.attributes[1].name = "layers" }),
        ("attribute's place", { $0.attributes[1].place = "/" }),
        ("group more", { $0.extra = ["empty"] }),
    ]

    @Test func `every change of the data shows`() throws {
        let plain = try stream()
        #expect(try stream() == plain)
        var streams = [plain]
        for (name, change) in Self.changes {
            let changed = try stream(change)
            #expect(!streams.contains(changed), "\(name)")
            streams.append(changed)
        }
    }

    @Test func `files of other programs have digests where their types allow it`() throws {
        let error = problem { _ = try digestStream(golden("everything.h5")) }
        #expect(
            error
                == .unsupported(what: "holds lists of int32, which has no digest", fix: "store plain numbers or texts"))
        #expect(try !digestStream(golden("other.h5")).isEmpty)
        #expect(problem { _ = try digestStream(golden("huge-claim.h5")) } == .tooLarge(needed: 1 << 52, limit: 1 << 26))
    }
}

extension HDF5Layout {
    var forOneAxis: HDF5Layout {
        HDF5Layout(chunk: chunk.map { [$0[0] > 2 ? 2 : $0[0]] }, gzip: gzip, isShuffled: isShuffled)
    }
}
