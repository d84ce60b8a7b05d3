import Circuits
import Pipeline
import Tensors

extension HDF5Output {
    /// Writes ranked kernels with their numbers, the strongest first.
    /// - Parameter size: height and width of a kernel, for where there is none.
    func write(_ kernels: [IncomingKernel], size: [Int]) throws {
        try write(kernels.map(\.origin.description), to: "/unit", axes: ["rank"])
        try write(kernels.map(\.channel), to: "/channel", axes: ["rank"])
        try write(kernels.map(\.statistics), below: "", axis: "rank")
        let all = kernels.isEmpty ? Tensor(shape: [0] + size) : Tensor.stack(kernels.map(\.kernel))
        try write(all, to: "/kernel", axes: ["rank", "height", "width"])
    }

    /// Writes what reads a filter, the strongest reader first. A kernel smaller than the largest stands in the upper
    /// left of its place.
    func write(_ uses: [DownstreamUse]) throws {
        let axis = "reader"
        try write(uses.map { "\($0.layer):\($0.filter)" }, to: "/downstream/unit", axes: [axis])
        try write(uses.map(\.channel), to: "/downstream/channel", axes: [axis])
        try write(uses.map(\.statistics), below: "/downstream", axis: axis)
        let sizes = uses.map(\.kernel.shape)
        try write(
            sizes.flatMap { $0 }, to: "/downstream/kernel_size", shape: [uses.count, 2], axes: [axis, "height_width"])
        let (height, width) = (sizes.map { $0[0] }.max() ?? 0, sizes.map { $0[1] }.max() ?? 0)
        let values = uses.flatMap { use in
            (0..<height * width).map { index -> Float in
                let (row, column) = (index / width, index % width)
                return row < use.kernel.shape[0] && column < use.kernel.shape[1] ? use.kernel[row, column] : .nan
            }
        }
        try write(
            values, to: "/downstream/kernel", shape: [uses.count, height, width], axes: [axis, "height", "width"])
    }

    private func write(_ statistics: [KernelStatistics], below group: String, axis: String) throws {
        try write(statistics.map(\.l2), to: group + "/l2", axes: [axis])
        try write(statistics.map(\.excitation), to: group + "/excitation", axes: [axis])
        try write(statistics.map(\.positiveFraction), to: group + "/positive_fraction", axes: [axis])
        try write(statistics.map(\.tendency.rawValue), to: group + "/label", axes: [axis])
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
