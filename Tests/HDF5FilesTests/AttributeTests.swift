import HDF5Files
import TestSupport
import Testing

@Suite struct AttributeTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let values: [(String, HDF5AttributeValue)] = [
        ("text", "größer"), ("empty", ""), ("count", 3), ("low", .integer(.min)), ("ratio", 0.1), ("yes", true),
        ("no", false), ("numbers", .numbers([0.5, -1.5])), ("integers", .integers([1, 2])),
        ("names", .strings(["a", ""])),
        ("none", .strings([])), ("long", .string(String(repeating: "x", count: 100_000))),
    ]

    @Test func `every kind comes back from file, group and dataset`() throws {
        let path = try makeFile(folder.path("a.h5")) { file in
            try file.createGroup("group")
            try file.write([1.0], to: "group/x")
            for place in ["/", "/group", "/group/x"] {
                for (name, value) in Self.values { try file.setAttribute(name, value, of: place) }
            }
        }
        let file = try HDF5File(opening: path)
        for place in ["/", "/group", "/group/x"] {
            for (name, value) in Self.values { #expect(try file.attribute(name, of: place) == value) }
            #expect(try file.attributes(of: place).map(\.name) == Self.values.map(\.0).sorted())
        }
        #expect(try file.attribute("missing") == nil)
    }

    @Test func `a second value replaces the first, whatever its type`() throws {
        let path = try makeFile(folder.path("a.h5")) { file in
            for value: HDF5AttributeValue in ["text", 1, .numbers([1, 2, 3])] { try file.setAttribute("x", value) }
        }
        #expect(try HDF5File(opening: path).attributes() == [HDF5Attribute(name: "x", value: .numbers([1, 2, 3]))])
    }

    @Test func `a text with a zero in it is refused`() throws {
        try makeFile(folder.path("a.h5")) { file in
            let error = problem { try file.setAttribute("x", "a\0b") }
            #expect(error == .unsupported(what: #"cannot hold the text "a\0b""#, fix: "remove its zero characters"))
        }
    }

    @Test func `axes have names and scales`() throws {
        let path = try makeFile(folder.path("scales.h5")) { file in
            let samples = try file.write([10, 11], to: "samples")
            let channels = try file.write(["r", "g", "b"], to: "axes/channels")
            for name in ["maps", "more"] {
                let maps = try file.write([Float](repeating: 1, count: 6), to: name, shape: [2, 3])
                try maps.setAxisNames(["samples", "channels"])
                try maps.attach(samples, toAxis: 0)
                try maps.attach(channels, toAxis: 1)
            }
        }
        let file = try HDF5File(opening: path)
        for name in ["maps", "more"] {
            #expect(try file.dataset(name).axisNames() == ["samples", "channels"])
            #expect(try file.dataset(name).scalePaths() == [["/samples"], ["/axes/channels"]])
            #expect(try file.attributes(of: name) == [])
        }
        #expect(try file.dataset("samples").isScale())
        #expect(try !file.dataset("maps").isScale())
        #expect(try file.dataset("samples").axisNames() == [""])
    }
}
