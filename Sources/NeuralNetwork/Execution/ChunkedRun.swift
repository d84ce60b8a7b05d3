import Tensors

extension Plan {
    /// Runs the plan on several chunks of one batch that share batch statistics, on up to `threads` threads.
    ///
    /// Chunks run side by side up to each batch normalisation, where their sums are brought together in chunk order;
    /// so the results have the same bits for any number of threads. `handler` is called from several threads, with
    /// the chunk's number.
    public func run(
        _ workspaces: [Workspace], threads: Int,
        _ handler: @Sendable (Int, Tap, UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        for segment in segments {
            parallelFor(workspaces.count, threads: threads) { chunk in
                workspaces[chunk].run(segment) { tap, values in handler(chunk, tap, values) }
            }
            if case .synchronized(_, let combine) = steps[segment.upperBound - 1].action { combine(workspaces) }
        }
    }
}
