import CZlib
import Foundation
import TestSupport
import Testing

/// Files made to harm, given to the program as anybody may have downloaded them: each is refused with a message, within
/// a second, and without the memory that it asks for.
@Suite struct HostileFileTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// Runs the program with no more than 256 MB of its own: every file here asks for 512 MB or more.
    private func run(_ arguments: [String]) throws -> (outcome: Program.Outcome, seconds: Double) {
        let start = ContinuousClock.now
        let outcome = try Program.run(
            URL(fileURLWithPath: "/bin/bash"),
            ["-c", "ulimit -d 262144; exec \"$@\"", "bash", Program.path.path] + arguments, in: workspace.url)
        return (outcome, (ContinuousClock.now - start) / .seconds(1))
    }

    private func refuses(_ arguments: [String], _ words: String, status: Int32 = 65) throws {
        let (outcome, seconds) = try run(arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        let text = outcome.errors + outcome.output
        #expect(text.contains(words), "\(text.prefix(600))")
        // Other tests run beside; alone it takes some hundredths.
        #expect(seconds < 5)
    }

    private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// Deflated zeros, 16 MiB for each piece. After a full flush every piece looks alike.
    private func deflatedZeros(pieces: Int, window: Int32) throws -> [UInt8] {
        var stream = z_stream()
        try #require(
            deflateInit2_(
                &stream, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK)
        defer { deflateEnd(&stream) }
        var zeros = [UInt8](repeating: 0, count: 16 << 20)
        func piece(_ flush: Int32) -> [UInt8] {
            var output = [UInt8](repeating: 0, count: 1 << 16)
            zeros.withUnsafeMutableBufferPointer { zeros in
                output.withUnsafeMutableBufferPointer { output in
                    stream.next_in = zeros.baseAddress
                    stream.avail_in = UInt32(zeros.count)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(output.count)
                    _ = deflate(&stream, flush)
                }
            }
            return Array(output.prefix(output.count - Int(stream.avail_out)))
        }
        let (first, second) = (piece(Z_FULL_FLUSH), piece(Z_FULL_FLUSH))
        // An empty last block.
        return first + Array(repeatElement(second, count: pieces - 1).joined()) + [3, 0]
    }

    /// A zip archive of one deflated entry that claims a size.
    private func zip(_ name: String, _ deflated: [UInt8], size: Int) -> [UInt8] {
        let common =
            little(UInt16(20)) + little(UInt16(0)) + little(UInt16(8)) + little(UInt32(0)) + little(UInt32(0))
            + little(UInt32(deflated.count)) + little(UInt32(size)) + little(UInt16(name.utf8.count))
            + little(UInt16(0))
        let local = [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + deflated
        let record =
            [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 14) + Array(name.utf8)
        return local + record + [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + little(UInt32(record.count))
            + little(UInt32(local.count)) + [0, 0]
    }

    // MARK: - Bombs

    @Test func `a gigabyte of zeros in a megabyte is no archive`() throws {
        let zeros = try deflatedZeros(pieces: 64, window: -15)
        #expect(zeros.count < 1_100_000)
        try workspace.write(zip("x_train.npy", zeros, size: 1 << 30), to: "bomb.npz")
        try refuses(["inspect", "bomb.npz"], "decompresses to 1073741824 bytes, more than the", status: 0)
        try workspace.write(zip("x_train.npy", zeros, size: 1000), to: "liar.npz")
        try refuses(["inspect", "liar.npz"], "does not decompress to 1000 bytes", status: 0)
        try workspace.write(zip("a/data.pkl", zeros, size: 1 << 30), to: "bomb.pth")
        try refuses(["inspect", "bomb.pth"], "decompresses to 1073741824 bytes, more than the")
    }

    @Test func `a gigabyte of zeros in a compressed archive or IDX file is refused`() throws {
        let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        let zeros = try deflatedZeros(pieces: 64, window: -15)
        // Stored blocks hold the header, the bomb follows.
        func bomb(_ header: [UInt8]) -> [UInt8] {
            gzip + [0] + little(UInt16(header.count)) + little(~UInt16(header.count)) + header + zeros
                + little(UInt32(0)) + little(UInt32(0))
        }
        let big = withUnsafeBytes(of: UInt32(1 << 20).bigEndian) { Array($0) }
        try workspace.write(bomb([0, 0, 8, 3] + big + [0, 0, 0, 32, 0, 0, 0, 32]), to: "images.gz")
        try refuses(["inspect", "images.gz"], "no honest file of this size has more than")

        var header = [UInt8](repeating: 0, count: 512)
        header.replaceSubrange(0..<16, with: Array("data_batch_1.bin".utf8))
        header.replaceSubrange(124..<135, with: Array("10000000000".utf8))
        header.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = Array(String(header.reduce(0) { $0 + Int($1) }, radix: 8).utf8)
        header.replaceSubrange(148..<148 + sum.count, with: sum)
        header[148 + sum.count] = 0
        header[155] = 32
        try workspace.write(bomb(header), to: "cifar-10-binary.tar.gz")
        try refuses(["inspect", "cifar-10-binary.tar.gz"], "by its content")
    }

    // MARK: - Claims

    @Test func `data sets of HDF5 that were never written are shown, not read`() throws {
        let huge = RealData.packageRoot.appendingPathComponent("Tests/ForeignFilesTests/Golden/huge.h5")
        try workspace.write(Data(contentsOf: huge), to: "huge.h5")
        try refuses(["inspect", "huge.h5"], "images  float32  1099511627776×8×8  (in chunks of 1024×8×8)", status: 0)
        try workspace.write(
            #"{ "stages": { "data": { "stage": "dataset.load", "parameters": { "format": "arrays", "path": "huge.h5" } } } }"#,
            to: "p.json")
        try refuses(
            ["check", "p.json"], "claims the shape [1099511627776, 8, 8], more than a file of this size can hold")
    }

    @Test func `a pickle, a header and a shape that claim gigabytes are refused`() throws {
        let magic: [UInt8] = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let claim: [UInt8] = [0x8E] + little(1 << 29) + [UInt8](repeating: 0, count: 1000)
        try workspace.write(magic + claim, to: "a.pth")
        try refuses(["inspect", "a.pth"], "the pickle ends in the middle of a value of 536870912 bytes")

        let header = #"{"x":{"dtype":"F32","shape":[1152921504606846976],"data_offsets":[0,4]}}"#
        try workspace.write(little(UInt64(header.utf8.count)) + Array(header.utf8) + [0, 0, 0, 0], to: "a.safetensors")
        try refuses(["inspect", "a.safetensors"], "needs 4611686018427387904 bytes, but has 4")

        let numpy = "{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,), }\n"
        try workspace.write(
            [0x93] + Array("NUMPY".utf8) + [1, 0] + little(UInt16(numpy.utf8.count)) + Array(numpy.utf8), to: "a.npy")
        try refuses(["inspect", "a.npy"], "the header promises the shape [1152921504606846976] of '<f8', but 0 bytes")
    }

    @Test(arguments: [
        (
            #"{ "name": "x", "input": [3, 8, 8], "layers": [ { "name": "a", "kind": "convolution", "in_channels": 3, "#
                + #""out_channels": 1000000000, "kernel": 3 } ] }"#,
            "layer 'a'"
        ),
        (
            #"{ "name": "x", "input": [3, 8, 8], "layers": [ { "name": "a", "kind": "relu", "inputs": ["b"] }, "#
                + #"{ "name": "b", "kind": "relu", "inputs": ["a"] } ] }"#,
            "layer 'a' takes its input from 'b', which is no earlier layer"
        ),
        (String(repeating: "[", count: 10_000), "512"),
        (String(repeating: #"{"layers":"#, count: 10_000), "512"),
    ])
    func `a network file that asks for too much is refused`(text: String, words: String) throws {
        try workspace.write(text, to: "net.json")
        try refuses(["layers", "net.json"], words)
    }

    // MARK: - Damage

    @Test(arguments: ["classic.h5", "latest.h5", "dense.h5"])
    func `inspect never ends by a signal on damaged HDF5`(name: String) throws {
        let golden = RealData.packageRoot.appendingPathComponent("Tests/ForeignFilesTests/Golden/" + name)
        let whole = [UInt8](try Data(contentsOf: golden))
        // Knuth's MMIX generator, so that a failure can be repeated.
        var state: UInt64 = 1
        func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for trial in 0..<12 {
            var bytes = whole
            for _ in 0..<8 { bytes[8 + next(below: 4096)] = UInt8(next(below: 256)) }
            try workspace.write(bytes, to: "damaged.h5")
            let status = try run(["inspect", "damaged.h5"]).outcome.status
            #expect([0, 65].contains(status), "trial \(trial)")
        }
    }
}
