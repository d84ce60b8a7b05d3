public import NeuralNetwork
import Tensors

/// What some units answer to the images of a block: the extremes of each map.
///
/// Chunks of the block write columns of their own; nobody reads before all have ended.
public final class BlockExtremes: Sendable {
    public let units: [NetworkUnit]
    /// Images that a block has at most.
    public let rows: Int

    /// `[units, rows]`.
    private let extremes: RowBuffer<MapExtremes>
    /// The watched channels of each node, with the unit's place in `units`.
    private let channels: [Int: [(place: Int, channel: Int)]]
    /// Channels and positions of each node's activation.
    private let sizes: [Int: (channels: Int, positions: Int)]

    /// Bytes that the extremes of an image take.
    public static func bytesPerImage(unitCount: Int) -> Int { unitCount * MemoryLayout<MapExtremes>.stride }

    public init(_ units: [NetworkUnit], of network: Network, rows: Int) {
        self.units = units
        self.rows = rows
        extremes = RowBuffer(rows: units.count, rowCount: rows)
        channels = Dictionary(grouping: units.enumerated(), by: \.element.node).mapValues { members in
            members.map { ($0.offset, $0.element.channel) }
        }
        sizes = Dictionary(
            uniqueKeysWithValues: channels.keys.map { node in
                let shape = network.shapes[node]
                return (node, (shape[0], shape.dropFirst().reduce(1, *)))
            })
    }

    /// Takes the activation of a node for some images of the block, `[images, channels, …]` in row-major order.
    public func observe(_ node: Int, _ images: Range<Int>, _ values: UnsafePointer<Float>) {
        guard let watched = channels[node], let size = sizes[node] else { return }
        for (index, row) in images.enumerated() {
            let image = values + index * size.channels * size.positions
            for (place, channel) in watched {
                let map = UnsafeBufferPointer(start: image + channel * size.positions, count: size.positions)
                extremes.row(place)[row] = MapExtremes(of: map)
            }
        }
    }

    /// The extremes of a unit's maps for the first images of the block.
    func extremes(of unit: Int, count: Int) -> UnsafeBufferPointer<MapExtremes> {
        UnsafeBufferPointer(rebasing: extremes.row(unit)[..<count])
    }

    /// The first image, and its first unit, whose map is not finite, among the first images of the block.
    public func firstNonFinite(count: Int) -> (image: Int, unit: NetworkUnit)? {
        for image in 0..<count {
            for (place, unit) in units.enumerated() where !extremes.row(place)[image].isFinite {
                return (image, unit)
            }
        }
        return nil
    }
}
