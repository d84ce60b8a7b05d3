import Circuits
import Pipeline
import Tensors

extension HDF5Output {
    /// Writes ranked kernels with their numbers, the strongest first.
    func write(_ kernels: [IncomingKernel]) throws {
        try write(kernels.map(\.channel), to: "/channel", axes: ["rank"])
        try write(kernels.map(\.statistics.l2), to: "/l2", axes: ["rank"])
        try write(kernels.map(\.statistics.excitation), to: "/excitation", axes: ["rank"])
        try write(kernels.map(\.statistics.positiveFraction), to: "/positive_fraction", axes: ["rank"])
        try write(kernels.map(\.statistics.tendency.rawValue), to: "/label", axes: ["rank"])
        if !kernels.isEmpty {
            try write(Tensor.stack(kernels.map(\.kernel)), to: "/kernel", axes: ["rank", "height", "width"])
        }
    }
}

extension UnitsArtifact {
    /// Writes the units that kernels read; nothing where they read the image itself.
    static func write(readBy kernels: [IncomingKernel], to port: Output, _ io: StageIO) throws {
        let units = kernels.compactMap { kernel in
            kernel.origin.layer.map { Unit(layer: $0, index: kernel.origin.channel) }
        }
        if !units.isEmpty { try write(units, to: io.path(port, "json")) }
    }
}
