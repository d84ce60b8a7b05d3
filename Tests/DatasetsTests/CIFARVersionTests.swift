import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct CIFARVersionTests {
    @Test(arguments: ["cifar10-python", "archives/cifar-10-binary.tar.gz", "archives/cifar-10-python.tar.gz"])
    func `every version holds the same samples`(path: String) throws {
        let expected = try Dataset(DatasetSpecification("cifar10"), at: "\(Golden.folder)/cifar10")
        let dataset = try Dataset(DatasetSpecification("cifar10"), at: "\(Golden.folder)/\(path)")
        #expect(dataset.labels == expected.labels)
        #expect(try dataset.allBytes == expected.allBytes)
        #expect(dataset.classNames[1] == (path.contains("python") ? "kind 1" : "automobile"))

        let part = DatasetSpecification("cifar10") { ($0.offset, $0.limit) = (3, 2) }
        #expect(
            try Dataset(part, at: "\(Golden.folder)/\(path)").allBytes
                == Dataset(part, at: "\(Golden.folder)/cifar10").allBytes)
    }

    @Test func `the Python version of CIFAR-100 has the labels of the binary one`() throws {
        let expected = try Golden.expected().cifar100
        let dataset = try Dataset(
            DatasetSpecification("cifar100") { $0.split = .test }, at: "\(Golden.folder)/cifar100-python")
        #expect(dataset.labels == expected.labels)
        #expect(try dataset.bytes(at: [0]) == expected.first)
    }

    @Test func `an archive is found in its folder`() throws {
        let folder = try TemporaryFolder()
        try folder.write(try Golden.bytes("archives/cifar-10-python.tar.gz"), to: "cifar-10-python.tar.gz")
        let dataset = try Dataset(DatasetSpecification("cifar10"), at: folder.path)
        #expect(dataset.count == 7)
        #expect(dataset.description.files == ["archive"])
    }

    @Test func `an archive that is cut anywhere is an error or the same samples`() throws {
        let whole = try Golden.bytes("archives/cifar-10-binary.tar.gz")
        let folder = try TemporaryFolder()
        let expected = try Dataset(DatasetSpecification("cifar10"), at: "\(Golden.folder)/cifar10").allBytes
        var errors = 0
        for size in stride(from: 0, to: whole.count - 1, by: whole.count / 40) {
            try folder.write(Array(whole.prefix(size)), to: "cifar-10-binary.tar.gz")
            do {
                let dataset = try Dataset(DatasetSpecification("cifar10"), at: folder.path)
                // Only what follows the last batch can be missing.
                #expect(try dataset.allBytes == expected, "\(size)")
            } catch is DatasetError { errors += 1 }
        }
        #expect(errors > 35)
    }

    @Test func `an archive that holds something else, or a file twice, is refused`() throws {
        let folder = try TemporaryFolder()
        let noise = [UInt8](repeating: 7, count: 2048)
        try folder.write(noise, to: "cifar-10-binary.tar")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/cifar-10-binary.tar: header at byte 0 of the archive, byte 0: a header of the archive does not \
                match its checksum
                  fix: the file is damaged or cut off: copy or write it again
                """)
        let batch = try Golden.bytes("cifar10/data_batch_1.bin")
        try folder.write(
            tar("a/data_batch_1.bin", batch) + tar("../data_batch_1.bin", batch) + [UInt8](repeating: 0, count: 1024),
            to: "cifar-10-binary.tar")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/cifar-10-binary.tar: the archive has two files named 'data_batch_1.bin'
                  fix: download the archive again
                """)
        try folder.write(tar("data_batch_1.bin", batch, size: 0o77_777_777_777), to: "cifar-10-binary.tar")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder).hasPrefix(
                "DATA/cifar-10-binary.tar: byte 0 of the archive: an entry has 8589934591 bytes"))
    }

    @Test func `a pickle that calls a function is refused by name`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("cposix\nsystem\n(Vtrue\ntR.".utf8), to: "data_batch_1")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/data_batch_1: byte 0: the pickle calls 'posix.system', which is not data
                  fix: do not open this file in Python: it runs code
                """)
        try folder.write(Array("(dVlabels\n(lI3\nasVdata\nI1\ns.".utf8), to: "data_batch_1")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder).hasPrefix(
                "DATA/data_batch_1: byte 0: its 'data' are no array of samples of 3072 bytes"))
    }

    /// An entry of a tar archive of the oldest kind.
    private func tar(_ name: String, _ contents: [UInt8], size: Int? = nil) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        header.replaceSubrange(0..<name.utf8.count, with: name.utf8)
        let digits = String(size ?? contents.count, radix: 8)
        header.replaceSubrange(124..<124 + digits.utf8.count, with: digits.utf8)
        header.replaceSubrange(148..<156, with: Array("        ".utf8))
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        header.replaceSubrange(148..<148 + sum.utf8.count, with: sum.utf8)
        return header + contents + [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
    }
}
