import Pipeline
import Storage
import Synchronization
import TestSupport
import Testing

/// Checkpoints are whole or ignored, and kept at the right moments.
@Suite struct CheckpointTests {
    /// Seconds that pass when the test says so.
    private final class Clock: Sendable {
        private let seconds = Mutex(0.0)
        var now: Double { seconds.withLock { $0 } }
        func pass(_ time: Double) { seconds.withLock { $0 += time } }
    }

    private let folder = try! TemporaryFolder()
    private let clock = Clock()
    private let lines = Lines()

    private final class Lines: Sendable {
        private let all = Mutex<[String]>([])
        func add(_ line: String) { all.withLock { $0.append(line) } }
        var texts: [String] { all.withLock { $0 } }
    }

    private func checkpoints(key: String = "k", layout: Int = 1, in name: String = "c") -> Checkpoints {
        Checkpoints(
            folder: folder.path(name), key: key, layout: layout, log: { [lines] in lines.add($0) },
            warn: { [lines] in lines.add($0) }, clock: { [clock] in clock.now })
    }

    private var example: Checkpoint {
        var checkpoint = Checkpoint()
        checkpoint.set("numbers", [1.5, -.infinity, .nan])
        checkpoint.set("empty", [Int]())
        checkpoint.set("name", Array("sieben".utf8))
        return checkpoint
    }

    @Test func `what is kept comes back bit for bit`() throws {
        checkpoints().save { example }
        let found = try #require(checkpoints().load())
        #expect(found.names == ["empty", "name", "numbers"])
        #expect(found.array("numbers", of: UInt64.self) == example.array("numbers", of: UInt64.self))
        #expect(found.array("empty", of: Int.self) == [])
        #expect(found.array("name", of: Int.self) == nil, "six bytes are no whole number of words")
        #expect(found.array("other", of: Int.self) == nil && found.value("numbers", of: Double.self) == nil)
        #expect(lines.texts == [])
        #expect(checkpoints(in: "nowhere").load() == nil && lines.texts == [])
    }

    @Test func `what belongs to other work or another layout is ignored, with a word`() throws {
        checkpoints().save { example }
        #expect(checkpoints(key: "other").load() == nil)
        #expect(checkpoints(layout: 2).load() == nil)
        #expect(try checkpoints().load { _ in Int?.none } == nil)
        #expect(
            lines.texts.map { $0.split(separator: ": ").last } == [
                "it belongs to other work", "another version of this program wrote it", "it does not fit this work",
            ])
    }

    @Test func `every flipped bit and every missing end is noticed`() throws {
        checkpoints().save { example }
        let path = folder.path("c/state.checkpoint")
        let bytes = try FileSystem.read(path)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1 << (place % 8)
            try FileSystem.write(damaged, to: path)
            #expect(checkpoints().load() == nil, "byte \(place)")
            try FileSystem.write(Array(bytes.prefix(place)), to: path)
            #expect(checkpoints().load() == nil, "the first \(place) bytes")
        }
        #expect(lines.texts.count == 2 * bytes.count)
    }

    @Test(arguments: [(0.001, 1.0), (0.1, 5.0), (1.2, 60.0), (3, 150)])
    func `saving takes at most a fiftieth of the time`(cost: Double, interval: Double) {
        let checkpoints = checkpoints()
        var saves: [Double] = []
        // Steps a hundredth of the interval long.
        for _ in 0..<1000 {
            clock.pass(interval / 100)
            checkpoints.saveIfDue {
                saves.append(clock.now)
                clock.pass(cost)
                return example
            }
        }
        // The first cost is not known in advance.
        let gaps = zip(saves.dropFirst(), saves).map { $0 - $1 - cost }
        #expect(saves[0] >= 1)
        #expect(gaps.allSatisfy { $0 >= interval * 0.999 && $0 <= interval * 1.02 }, "\(gaps)")
    }

    @Test func `the size says what a first checkpoint will cost`() {
        let checkpoints = checkpoints()
        clock.pass(2)
        #expect(checkpoints.isDue())
        #expect(!checkpoints.isDue(bytes: 150_000_000))
        clock.pass(49)
        #expect(checkpoints.isDue(bytes: 150_000_000))
    }

    @Test func `a cancellation saves, another error does not`() throws {
        struct Other: Error {}
        #expect(throws: Other.self) { try checkpoints().savingWhenCancelled({ example }) { throw Other() } }
        #expect(checkpoints().load() == nil)
        #expect(throws: Cancelled.self) { try checkpoints().savingWhenCancelled({ example }) { throw Cancelled() } }
        #expect(checkpoints().load() != nil)
    }

    @Test func `the interval can be chosen, whatever a checkpoint costs`() {
        for (interval, saves) in [(0, 100), (0.2, 4), (2, 0)] as [(Double, Int)] {
            let checkpoints = Checkpoints(
                folder: folder.path("c"), key: "k", layout: 1, interval: interval, log: { _ in },
                warn: { _ in }, clock: { [clock] in clock.now })
            var count = 0
            // A second in hundredths; saving takes one more.
            for _ in 0..<100 {
                clock.pass(0.01)
                checkpoints.saveIfDue {
                    count += 1
                    clock.pass(0.01)
                    return example
                }
            }
            #expect(abs(count - saves) <= 1, "\(interval)")
        }
    }

    @Test func `a checkpoint that cannot be made ends nothing, is told once, and a cancellation stays one`() throws {
        struct NoSpace: Error {}
        let checkpoints = checkpoints()
        clock.pass(2)
        checkpoints.saveIfDue { throw NoSpace() }
        #expect(throws: Cancelled.self) {
            try checkpoints.savingWhenCancelled({ throw NoSpace() }) { throw Cancelled() }
        }
        #expect(lines.texts == ["what was done so far cannot be kept for the case of an interruption: NoSpace()"])
        clock.pass(2)
        checkpoints.saveIfDue { example }
        #expect(checkpoints.load() != nil)
    }

    @Test func `a checkpoint that cannot be written ends nothing and is told once`() throws {
        try FileSystem.write("in the way", to: folder.path("c"))
        let checkpoints = checkpoints()
        for _ in 0..<3 { checkpoints.save { example } }
        #expect(lines.texts.count == 1)
        #expect(lines.texts[0].hasPrefix("what was done so far cannot be kept"))
    }
}
