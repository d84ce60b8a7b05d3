import CKernels

/// Where a mesh lies under the points of one iteration, and how fine it is.
struct MeshGeometry: Sendable {
    /// What the kernel's spectrum depends on.
    struct Key: Hashable {
        let length: Int
        let spacing: Float

        /// Whether the kernel is −r² / (1 + r²), one less than the true one: while all points lie within a distance of
        /// 2, the potential is nearly constant, and 32 bits would lose its slope.
        var isShifted: Bool { Float(length) * spacing < 4 }
    }

    let key: Key
    /// Rows and columns that carry charges.
    let nodes: Int
    let origin: (x: Float, y: Float)

    /// Spacing at large spans; the kernel 1 / (1 + r²) is about 1 wide, and this leaves below 1 % error in the force; twice as much slows the map down and ends 0.04 higher in divergence.
    private static let widestSpacing: Float = 0.35
    /// Smaller maps keep at least about this many cells.
    private static let cells: Float = 60
    /// A longer side costs too much; the spacing grows instead.
    private static let longest = 2048

    init(lowest: (x: Float, y: Float), highest: (x: Float, y: Float)) {
        // Cells stay wider than the rounding of the coordinates, even if all points should meet.
        let farthest = max(abs(lowest.x), abs(lowest.y), abs(highest.x), abs(highest.y))
        let span = max(highest.x - lowest.x, highest.y - lowest.y, 1e-4 * farthest, 1e-20)
        var spacing = Self.widestSpacing
        while span < Self.cells * spacing { spacing /= 2 }
        // Room for the 4 nodes of a spline, and as much again as padding so that ends of the map do not meet.
        func nodes(_ spacing: Float) -> Int { Int(span / spacing) + 7 }
        while 2 * nodes(spacing) + 8 > Self.longest { spacing *= 1.25 }
        self.nodes = nodes(spacing)
        key = Key(length: FourierPlan.length(atLeast: 2 * self.nodes + 8), spacing: spacing)
        // Nodes keep their places while the map grows: errors of the force then do not flicker from step to step.
        origin = ((lowest.x / spacing).rounded(.down) * spacing, (lowest.y / spacing).rounded(.down) * spacing)
    }

    /// Length of a row of the mesh: whole blocks of 32 columns.
    var stride: Int { (nodes + 31) / 32 * 32 }
    /// Frequencies of a real transform.
    var frequencies: Int { key.length / 2 + 1 }
    /// Length of a row of them: whole blocks of 16, not a multiple of a kilobyte, which would crowd the cache.
    var frequencyStride: Int {
        let stride = (frequencies + 15) / 16 * 16
        return stride % 256 == 0 ? stride + 16 : stride
    }

    var mesh: ck_mesh {
        ck_mesh(origin_x: origin.x, origin_y: origin.y, inverse_spacing: 1 / key.spacing, stride: stride)
    }
}
