import Datasets
import NeuralNetwork
import Pipeline
import Tensors

/// Runs a network over a whole data set, block by block, so that memory stays flat in the number of samples.
///
/// While the network computes a block, the next one is decoded.
struct DatasetBlocks {
    let dataset: Dataset
    let runner: NetworkRunner
    let io: StageIO
    /// Samples of a block: a chunk for each thread at least, else few enough that pixels and activations stay small.
    let blockSize: Int

    /// - Parameter bytesPerSample: what is kept of each sample until its block is done.
    init(_ dataset: Dataset, _ runner: NetworkRunner, _ io: StageIO, bytesPerSample: Int) {
        self.dataset = dataset
        self.runner = runner
        self.io = io
        // Two blocks of pixels exist at a time.
        let pixels = 2 * dataset.sampleShape.elementCount * 4
        let affordable = (48 << 20) / max(pixels + bytesPerSample, 1)
        let chunk = runner.plan.batch
        // Whole chunks only: the grouping of samples into chunks is then the same for any block size. As
        // many for each thread, or some would wait for the others in every block.
        let chunks = affordable / chunk / io.threads * io.threads
        blockSize = min(max(chunks, io.threads), (dataset.count + chunk - 1) / chunk) * chunk
    }

    /// Calls `body` with the number (from 0) and the samples of each block, in order; inside it, `run` computes them.
    /// - Parameter first: the sample to begin with.
    func forEach(
        from first: Int = 0,
        _ body: (Int, Range<Int>, (@escaping NetworkRunner.Handler) throws -> Void) throws -> Void
    ) throws {
        let batches = dataset.batches(of: blockSize, order: Array(first..<dataset.count), threads: io.threads)
        var index = 0
        while let batch = try batches.next() {
            try io.checkCancelled()
            let range = batch.indices.first!..<batch.indices.last! + 1
            let images = batch.images
            let perImage = images.rowCount
            try body(index, range) { handler in
                try runner.run(range.count) { sample, pixels in
                    images.withUnsafeBufferPointer {
                        _ = pixels.update(fromContentsOf: $0[sample * perImage..<(sample + 1) * perImage])
                    }
                } handler: { rows, tap, values in
                    try handler(rows, tap, values)
                }
            }
            io.progress(range.upperBound, of: dataset.count, unit: "images")
            index += 1
        }
    }
}
