public import Tensors

/// What a unit does with one channel that feeds it.
public struct IncomingKernel: Sendable {
    /// Place among the channels that are read (of a grouped convolution, those of all groups).
    public let channel: Int
    /// The unit that this channel is the output of.
    public let origin: Upstream.Origin
    public let statistics: KernelStatistics
    /// `[height, width]`.
    public let kernel: Tensor

    init(channel: Int, origin: Upstream.Origin, kernel: Tensor) {
        self.channel = channel
        self.origin = origin
        self.kernel = kernel
        statistics = KernelStatistics(kernel)
    }

    /// Share of a unit's strongest kernel below which a kernel is negligible.
    public static let negligibleShare = 0.01

    /// The kernels that count, by descending L2 norm, equals by ascending channel; and how many are negligible.
    static func strongest(_ count: Int, of all: [IncomingKernel]) -> (kernels: [IncomingKernel], negligibleCount: Int) {
        let limit = negligibleShare * (all.map(\.statistics.l2).max() ?? 0)
        let counted = all.filter { $0.statistics.l2 > 0 && $0.statistics.l2 >= limit }
        let sorted = counted.sorted { ($1.statistics.l2, $0.channel) < ($0.statistics.l2, $1.channel) }
        return (Array(sorted.prefix(count)), all.count - counted.count)
    }
}
