import NeuralNetwork
import TestSupport
import Tensors
import Testing
import UnitStatistics

/// Patches against what the network itself depends on.
@Suite struct PatchTests {
    private let model: Model
    private let image = coarse([2, 24, 21], seed: 5).map { $0 / 7 + 0.4 }

    init() throws { model = Model(randomlyInitialized: try windows(), seed: 2) }

    private func activation(_ node: Int, of image: Tensor) throws -> Tensor {
        var request = PlanRequest(batch: 1)
        request.activations = [node]
        request.algorithm = .direct
        return try NetworkRunner(model, request, threads: 1).activations(of: Tensor.stack([image]))[node]!.row(0)
    }

    private func patch(_ node: Int, _ position: Int) -> Patch {
        Patch(
            model.network.receptiveFields[node], position: position, mapShape: model.network.shapes[node],
            imageShape: model.network.inputShape)
    }

    @Test(arguments: [0, 1, 2]) func `a position depends on its patch, up to every edge, and on nothing else`(node: Int)
        throws
    {
        let shape = model.network.shapes[node]
        let before = try activation(node, of: image)
        for position in stride(from: 0, to: shape[1] * shape[2], by: 5) {
            let patch = patch(node, position)
            func value(whereChanged isChanged: (Int, Int) -> Bool) throws -> Float {
                var changed = image
                for row in 0..<24 {
                    for column in 0..<21 where isChanged(row, column) {
                        for channel in 0..<2 { changed[channel, row, column] += 3 }
                    }
                }
                return try activation(node, of: changed)[0, position / shape[2], position % shape[2]]
            }
            let expected = before[0, position / shape[2], position % shape[2]]
            #expect(try value { !patch.rows.contains($0) || !patch.columns.contains($1) } == expected)
            // Near the border, the last pixels may be seen by the padding of a layer between alone.
            for edge in [patch.rows.first!, patch.rows.last!] where patch.rows == patch.frameRows {
                #expect(try value { row, _ in row == edge } != expected)
            }
            for edge in [patch.columns.first!, patch.columns.last!] where patch.columns == patch.frameColumns {
                #expect(try value { _, column in column == edge } != expected)
            }
        }
    }

    @Test func `patches of a layer have one size, and are gray beyond the image`() {
        let shape = model.network.shapes[1]
        for position in 0..<shape[1] * shape[2] {
            let patch = patch(1, position)
            let cut = patch.cut(from: image)
            // Two positions of a 3×5 kernel side by side and above each other.
            #expect(cut.shape == [2, 4, 6])
            for (row, y) in patch.frameRows.enumerated() {
                for (column, x) in patch.frameColumns.enumerated() {
                    let isInside = 0..<24 ~= y && 0..<21 ~= x
                    #expect(cut[1, row, column] == (isInside ? image[1, y, x] : 0.5))
                }
            }
        }
        let corner = patch(1, 0)
        #expect((corner.frameRows, corner.frameColumns) == (-1..<3, -2..<4))
        #expect((corner.rows, corner.columns) == (0..<3, 0..<4))
    }

    @Test func `where more is seen than there is, the patch is the image, and fully connected units see all of it`()
        throws
    {
        #expect(patch(4, 0).isWhole(of: image.shape))
        #expect(patch(4, 0).cut(from: image) == image)
        let tall = try chain(
            [1, 9, 9], [("tall", Convolution(inputChannels: 1, outputChannels: 1, kernel: [12, 4], padding: [6, 0]))])
        // The second row of its map, which sees rows −5...6.
        let low = Patch(
            tall.receptiveFields[0], position: 6, mapShape: tall.shapes[0], imageShape: tall.inputShape)
        #expect((low.frameRows, low.rows) == (0..<9, 0..<7))
        #expect((low.frameColumns, low.columns) == (0..<4, 0..<4))
    }
}
