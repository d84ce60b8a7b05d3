import Foundation
import HDF5Files
import TestSupport
import Tensors
import Testing

private let interpreter = ProcessInfo.processInfo.environment["CONVSCOPE_PYTHON"]

/// What h5py sees in our files. Runs where the environment names a Python that has it.
@Suite(.enabled(if: interpreter != nil, "CONVSCOPE_PYTHON does not name a Python interpreter with h5py"))
struct PythonReadsTests {
    private static let program = """
        import sys, h5py, numpy as np
        with h5py.File(sys.argv[1], "r") as f:
            maps = f["/features.14"]
            assert maps.dtype == np.float32 and maps.shape == (5, 2, 3) and maps.chunks == (1, 2, 3), maps
            assert (maps[...] == np.arange(30, dtype="f4").reshape(5, 2, 3)).all()
            assert [d.label for d in maps.dims] == ["samples", "channels", "positions"]
            assert maps.dims[0][0].name == "/sample_ids" and maps.dims[0].keys() == ["sample_ids"], maps.dims[0].keys()
            assert f["sample_ids"].is_scale
            assert f["half"].dtype == np.float16 and list(f["half"]) == [0.5, -1]
            assert f["packed"].compression == "gzip" and f["packed"].shuffle and (f["packed"][...] == 3).all()
            assert f["doubles"].dtype == np.float64 and f["longs"].dtype == np.int64 and f["ints"].dtype == np.int32
            assert f["bytes"].dtype == np.uint8 and list(f["bytes"]) == [0, 255] and f["one"][()] == 42
            assert list(f["names"].asstr()) == ["", "größer"], list(f["names"])
            assert f["rows"].maxshape == (None, 2) and f["rows"].shape == (3, 2)
            a = dict(f.attrs)
            assert a["text"] == "größer" and a["count"] == 3 and a["ratio"] == 0.1 and a["yes"] == True, a
            assert a["yes"].dtype == bool and list(a["numbers"]) == [0.5, 1] and list(a["names"]) == ["a", ""], a
            f["/block1/conv/weight"]
        print("read")
        """

    @Test func `h5py reads all that we write`() throws {
        let folder = try TemporaryFolder()
        let path = try makeFile(folder.path("ours.h5")) { file in
            let maps = try file.write(
                Tensor(shape: [5, 2, 3], (0..<30).map { Float($0) }), to: "/features.14",
                layout: HDF5Layout(chunk: [1, 2, 3]))
            try maps.setAxisNames(["samples", "channels", "positions"])
            try maps.attach(file.write(Array(0..<5), to: "sample_ids"), toAxis: 0)
            try file.write(Tensor(shape: [2], [0.5, -1]), to: "half", as: .float16)
            try file.write(
                [Int32](repeating: 3, count: 1_000), to: "packed", layout: HDF5Layout(gzip: 4, isShuffled: true))
            try file.write([0.5], to: "doubles")
            try file.write([1], to: "longs")
            try file.write([Int32(1)], to: "ints")
            try file.write([UInt8(0), 255], to: "bytes")
            try file.write(Tensor(shape: [], [42]), to: "one")
            try file.write(["", "größer"], to: "names")
            let rows = try HDF5RowWriter(file, "rows", .float32, rows: nil, rowShape: [2])
            try rows.append(Tensor(shape: [3, 2], repeating: 1))
            try file.write([1.0], to: "/block1/conv/weight")
            try file.setAttribute("text", "größer")
            try file.setAttribute("count", 3)
            try file.setAttribute("ratio", 0.1)
            try file.setAttribute("yes", true)
            try file.setAttribute("numbers", .numbers([0.5, 1]))
            try file.setAttribute("names", .strings(["a", ""]))
        }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: interpreter!)
        process.arguments = ["-c", Self.program, path]
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(words == "read\n")
    }
}
