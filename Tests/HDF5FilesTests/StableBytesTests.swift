import HDF5Files
import TestSupport
import Tensors
import Testing

@Suite struct StableBytesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fill(_ file: HDF5File) throws {
        try file.setAttribute("parameters", #"{"perplexity":30}"#)
        let ids = try file.write(["a", "größer"], to: "sample_ids")
        let maps = try file.write(
            Tensor(shape: [2, 3, 4], repeating: 0.5), to: "/block1/conv", layout: HDF5Layout(gzip: 4, isShuffled: true))
        try maps.setAxisNames(["samples", "channels", "positions"])
        try maps.attach(ids, toAxis: 0)
        for index in 0..<12 { try file.write([index], to: "layer.\(index)").attach(ids, toAxis: 0) }
        try maps.setAttribute("names", .strings(["a", "b"]))
    }

    @Test func `equal content gives equal bytes, at any time`() throws {
        let first = try contents(makeFile(folder.path("1.h5")) { try fill($0) })
        // Time stamps of HDF5 count seconds.
        let seconds = ContinuousClock.now + .milliseconds(1_100)
        while ContinuousClock.now < seconds {}
        let second = try contents(makeFile(folder.path("2.h5")) { try fill($0) })
        #expect(first == second)
    }

    @Test(arguments: [HDF5Layout(chunk: [4, 5]), HDF5Layout(chunk: [4, 5], gzip: 3), HDF5Layout()], [nil, 103])
    func `the size of the blocks written leaves no trace`(_ layout: HDF5Layout, _ rows: Int?) throws {
        let values = Tensor(shape: [103, 5], (0..<515).map { Float($0 % 7) })
        let files = try [1, 3, 4, 50, 103].map { block in
            try contents(
                makeFile(folder.path("\(block).h5")) { file in
                    let writer = try HDF5RowWriter(file, "x", .float32, rows: rows, rowShape: [5], layout: layout)
                    for first in stride(from: 0, to: 103, by: block) {
                        try writer.append(values.rows(first..<min(first + block, 103)))
                    }
                })
        }
        #expect(files.allSatisfy { $0 == files[0] })
    }
}
