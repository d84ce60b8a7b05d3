import Synchronization
import Tensors
import Testing

@Suite struct ParallelForTests {
    @Test(arguments: [1, 2, 3, 8]) func `every index runs exactly once`(threads: Int) {
        let counts = Mutex([Int](repeating: 0, count: 1000))
        parallelFor(1000, threads: threads) { index in counts.withLock { $0[index] += 1 } }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 1000))
    }

    @Test func `the error of the lowest failing index is thrown`() {
        struct Failure: Error, Equatable { let index: Int }
        #expect(throws: Failure(index: 3)) {
            try parallelForThrowing(50, threads: 4) { index in if index % 10 == 3 { throw Failure(index: index) } }
        }
    }
}
