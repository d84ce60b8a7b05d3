import Datasets
import ForeignFiles

extension FuzzTarget {
    static let arrays = [
        FuzzTarget(name: "npy") { input in
            let array = try NPYArray(foreign(input))
            _ = try array.floats(rows: 0..<(array.shape.first ?? 1))
        },
        FuzzTarget(name: "npz", expansion: deflated) { input in
            let archive = try NPZArchive(foreign(input))
            for name in archive.names {
                guard let array = try? archive.array(named: name) else { continue }
                _ = try array.floats(rows: 0..<1)
            }
            try readDataset("arrays", from: ScratchFile("arrays", input).path)
        },
        FuzzTarget(name: "hdf5") { input in
            let root = try foreign(input).openHDF5()
            for entry in (try? root.listing()) ?? [] {
                for attribute in entry.attributes { _ = (try? attribute.integers(), try? attribute.numbers()) }
            }
            for object in try root.descendants() {
                for attribute in (try? object.attributes()) ?? [] { _ = try? attribute.strings() }
                guard let dataset = try? object.dataset() else { continue }
                _ = try? dataset.floats()
                _ = try? dataset.strings()
                guard let rows = dataset.shape.first, rows > 1 else { continue }
                _ = try? dataset.floats(rows: rows / 2..<rows / 2 + 1)
            }
        },
        // Images, then labels from the last magic number on.
        FuzzTarget(name: "idx", expansion: deflated) { input in
            let magic: [UInt8] = [0, 0, 8, 1]
            let end = input.indices.last { input[$0...].starts(with: magic) } ?? input.count
            let images = ScratchFile("train-images-idx3-ubyte", Array(input[..<end]))
            _ = ScratchFile("train-labels-idx1-ubyte", Array(input[end...]))
            try readDataset("mnist", from: images.folder)
        },
        // A batch of the Python version; without the other files the class names are those published.
        FuzzTarget(name: "cifar-batch") { input in
            try readDataset("cifar10", from: ScratchFile("data_batch_1", input).folder)
        },
    ]
}
