import Datasets
import Synchronization
import Tensors
import Testing

@Suite struct ChunkCacheTests {
    @Test func `what was not used for longest goes first`() {
        let cache = ChunkCache<Int>(capacity: 2)
        var made: [Int] = []
        for chunk in [1, 2, 1, 3, 1, 2, 3] {
            let content = cache.content(of: chunk) {
                made.append(chunk)
                return chunk * 10
            }
            #expect(content == chunk * 10)
        }
        // 3 takes the place of 2, then 2 that of 3, then 3 that of 1.
        #expect(made == [1, 2, 3, 2, 3])
    }

    @Test func `one chunk stays even where there is room for none`() {
        let cache = ChunkCache<Int>(capacity: 0)
        var made = 0
        for _ in 0..<3 {
            _ = cache.content(of: 7) {
                made += 1
                return made
            }
        }
        #expect(made == 1)
    }

    @Test func `what fails is tried again`() throws {
        struct Failure: Error {}
        let cache = ChunkCache<Int>(capacity: 2)
        #expect(throws: Failure.self) { try cache.content(of: 1) { () throws(Failure) in throw Failure() } }
        #expect(cache.content(of: 1) { 5 } == 5)
    }

    @Test func `threads that want the same chunk make it once`() {
        let cache = ChunkCache<Int>(capacity: 8)
        let made = Mutex([Int](repeating: 0, count: 8))
        parallelFor(4_000, threads: 8) { index in
            let content = cache.content(of: index % 8) {
                made.withLock { $0[index % 8] += 1 }
                return index % 8
            }
            precondition(content == index % 8)
        }
        #expect(made.withLock { $0 } == [Int](repeating: 1, count: 8))
    }
}
