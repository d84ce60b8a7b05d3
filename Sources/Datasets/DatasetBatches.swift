import Dispatch
import Synchronization
public import Tensors

/// Some samples, decoded.
public struct DatasetBatch: Sendable {
    /// Place of each in the data set.
    public let indices: [Int]

    /// `[samples, channels, height, width]`, in [0, 1].
    public let images: Tensor

    /// Class of each; `nil` where samples have none.
    public let labels: [Int]?
}

/// The samples of a data set in batches, each decoded on other threads while the one before is worked on.
///
/// ```swift
/// let batches = dataset.batches(of: 32, threads: 2)
/// while let batch = try batches.next() { … }
/// ```
///
/// At most two batches exist at a time. One thread takes them.
public final class DatasetBatches {
    private let dataset: Dataset
    private let order: [Int]
    private let size: Int
    private let threads: Int
    private var taken = 0
    private var pending: PendingBatch?

    init(dataset: Dataset, order: [Int], size: Int, threads: Int) {
        precondition(size > 0, "batches of \(size) samples")
        self.dataset = dataset
        self.order = order
        self.size = size
        self.threads = threads
        startNext()
    }

    /// The next batch; `nil` after the last. The last may be smaller than the others.
    /// - Throws: The error of the first of its samples that cannot be read; the batches after it can still be taken.
    public func next() throws(DatasetError) -> DatasetBatch? {
        guard let current = pending else { return nil }
        let result = current.wait()
        startNext()
        return try result.get()
    }

    private func startNext() {
        guard taken < order.count else {
            pending = nil
            return
        }
        let indices = Array(order[taken..<min(taken + size, order.count)])
        taken += indices.count
        pending = PendingBatch(dataset: dataset, indices: indices, threads: threads)
    }
}

extension Dataset {
    /// Batches of `size` samples, in the given order or else from first to last.
    public func batches(of size: Int, order: [Int]? = nil, threads: Int = 1) -> DatasetBatches {
        DatasetBatches(dataset: self, order: order ?? Array(0..<count), size: size, threads: threads)
    }
}

/// A batch that is being decoded.
private final class PendingBatch: Sendable {
    private let result = Mutex<Result<DatasetBatch, DatasetError>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    init(dataset: Dataset, indices: [Int], threads: Int) {
        DispatchQueue.global().async { [self] in
            let outcome: Result<DatasetBatch, DatasetError>
            do throws(DatasetError) {
                let images = try dataset.images(at: indices, threads: threads)
                let labels = dataset.labels.map { labels in indices.map { labels[$0] } }
                outcome = .success(DatasetBatch(indices: indices, images: images, labels: labels))
            } catch {
                outcome = .failure(error)
            }
            result.withLock { $0 = outcome }
            isDone.signal()
        }
    }

    /// To be called once.
    func wait() -> Result<DatasetBatch, DatasetError> {
        isDone.wait()
        return result.withLock { $0! }
    }
}
