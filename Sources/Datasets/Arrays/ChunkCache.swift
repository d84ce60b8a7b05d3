import Synchronization

/// What was made of the chunks that were asked for last; what was not used for longest goes first.
///
/// Threads that ask for one chunk at a time wait for one of them to make it; different chunks are made side by side.
package final class ChunkCache<Content: Sendable>: Sendable {
    private final class Entry: Sendable {
        let content = Mutex<Content?>(nil)
    }

    private struct Contents {
        var entries: [Int: (entry: Entry, lastUse: Int)] = [:]
        var uses = 0
    }

    private let capacity: Int
    private let contents = Mutex(Contents())

    /// - Parameter capacity: how many chunks are kept; one at least is.
    package init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// The content of a chunk, made now if it is not kept. What fails is tried again when it is asked for again.
    package func content<Failure: Error>(
        of chunk: Int, _ make: () throws(Failure) -> Content
    ) throws(Failure) -> Content {
        let entry = contents.withLock { contents in
            let entry = contents.entries[chunk]?.entry ?? Entry()
            contents.uses += 1
            contents.entries[chunk] = (entry, contents.uses)
            if contents.entries.count > capacity {
                contents.entries[contents.entries.min { $0.value.lastUse < $1.value.lastUse }!.key] = nil
            }
            return entry
        }
        return try entry.content.withLock { content throws(Failure) in
            if let content { return content }
            let made = try make()
            content = made
            return made
        }
    }
}
