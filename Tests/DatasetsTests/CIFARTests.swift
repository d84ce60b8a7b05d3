import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct CIFARTests {
    @Test func `batches follow one another`() throws {
        let expected = try Golden.expected().cifar10
        let dataset = try Dataset(DatasetSpecification("cifar10"), at: "\(Golden.folder)/cifar10")
        #expect(dataset.sampleShape == [3, 32, 32])
        #expect(dataset.labels == expected.labels)
        #expect(try dataset.bytes(at: [6]) == expected.last)
        #expect(dataset.classNames[1] == "automobile")
        #expect(dataset.description.files == ["data_batch_1.bin", "data_batch_2.bin"])
    }

    @Test func `a part may begin and end in different batches`() throws {
        let expected = try Golden.expected().cifar10
        let part = try Dataset(
            DatasetSpecification("cifar10") { ($0.offset, $0.limit) = (3, 4) }, at: "\(Golden.folder)/cifar10")
        #expect(part.labels == Array(expected.labels[3..<7]))
        #expect(try part.bytes(at: [3]) == expected.last)
    }

    @Test func `the fine label of CIFAR-100 is the class`() throws {
        let expected = try Golden.expected().cifar100
        let dataset = try Dataset(
            DatasetSpecification("cifar100") { $0.split = .test }, at: "\(Golden.folder)/cifar100")
        #expect(dataset.labels == expected.labels)
        #expect(try dataset.bytes(at: [0]) == expected.first)
        #expect(dataset.classNames.count == 100)
    }

    @Test func `the superclass is the first label of CIFAR-100`() throws {
        let expected = try Golden.expected().cifar100
        for folder in ["cifar100", "cifar100-python"] {
            let dataset = try Dataset(
                DatasetSpecification("cifar100-superclasses") { $0.split = .test }, at: "\(Golden.folder)/\(folder)")
            #expect(dataset.labels == expected.superclasses)
            #expect(dataset.classNames.count == 20)
        }
    }

    @Test func `class names come from the file beside the batches`() throws {
        let folder = try TemporaryFolder.copy(of: "cifar10")
        try folder.write(Array((0..<10).map { "kind \($0)\n" }.joined().utf8) + [10], to: "batches.meta.txt")
        #expect(try Dataset(DatasetSpecification("cifar10"), at: folder.path).classNames[9] == "kind 9")
        try folder.write(Array("cat\ndog\n".utf8), to: "batches.meta.txt")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/batches.meta.txt: 2 class names, expected 10
                  fix: write 10 names, one per line, or remove the file
                """)
    }

    @Test func `a batch that is cut, or whose labels are too large, is named`() throws {
        let folder = try TemporaryFolder.copy(of: "cifar10")
        var bytes = try Golden.bytes("cifar10/data_batch_2.bin")
        bytes[3073] = 10
        try folder.write(bytes, to: "data_batch_2.bin")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/data_batch_2.bin: byte 3073: label 10, expected 0...9
                  fix: check that this is the file of labels of a set of 10 classes
                """)
        try folder.write(Array(bytes.dropLast()), to: "data_batch_2.bin")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/data_batch_2.bin: 9218 bytes are no whole number of records of 3073; 3072 are left over
                  fix: copy or download the file again
                """)
        try folder.write([], to: "data_batch_2.bin")
        #expect(
            message(opening: DatasetSpecification("cifar10"), at: folder) == """
                DATA/data_batch_2.bin: 0 bytes are no whole number of records of 3073; 0 are left over
                  fix: copy or download the file again
                """)
    }
}
