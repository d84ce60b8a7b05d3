/// Whether a sibling of a filter is the same filter turned, mirrored or with other colours.
///
/// Every filter of the same convolution and group is compared with the changed filter by the cosine of all their
/// weights. A filter of a later layer that is turned reads turned units: within each kernel the layout is changed, and
/// each channel's kernel moves to the channel's counterpart, the unit of its layer that comes nearest to it after the
/// same change (it may be itself), found in the same way one layer before, and so on to the image. Kernels that meet in
/// one channel are added. A change that leaves every weight in its place (a turn of a 1×1 kernel that reads the image)
/// is none. Source of the term: Olah et al., "Naturally occurring equivariance in neural networks", Distill 2020.
public struct FilterEquivariance: Sendable {
    /// Kinds of change.
    public enum Family: String, Sendable, CaseIterable {
        /// By 90, 180 or 270 degrees.
        case rotation
        /// Left and right, top and bottom, or along a diagonal.
        case reflection
        /// Another order of the image's three colours.
        case hue
        /// None: how alike siblings are anyhow.
        case unchanged
    }

    /// The sibling that comes nearest.
    public struct Match: Sendable, Equatable {
        public let filter: Int
        /// What was done to the filter: `90°`, `left-right`, `GBR`.
        public let change: String
        /// −1...1.
        public let cosine: Double
    }

    /// The best match of each family; none where no change applies, there is no sibling, or no counterparts are known:
    /// behind sums, and behind convolutions in groups that a change would have to leave.
    public let matches: [Family: Match]
}
