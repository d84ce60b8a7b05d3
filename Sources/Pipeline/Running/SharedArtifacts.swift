import Storage
import Synchronization

/// Artifacts that stages of one run have open together: those whose reader says `isShared`, opened once however many
/// stages take them, also at the same time.
final class SharedArtifacts: Sendable {
    private struct Key: Hashable {
        var reader: ObjectIdentifier
        var digest: Digest
    }

    /// One artifact. Its lock is held while it is opened, so that others wait for it and not beside it.
    private final class Slot: Sendable {
        let artifact = Mutex<(any ArtifactReader)?>(nil)
    }

    /// The slots alone; nothing is opened under this lock.
    private let slots = Mutex<[Key: Slot]>([:])

    /// The artifact of an output, equal content taken for equal.
    ///
    /// - Throws: what the reader throws; the next who asks tries again.
    func open<Reader: ArtifactReader>(_ output: StoredOutput) throws -> Reader {
        guard Reader.isShared else { return try Reader(opening: output) }
        let key = Key(reader: ObjectIdentifier(Reader.self), digest: output.digest)
        let slot = slots.withLock { slots in
            if let slot = slots[key] { return slot }
            let slot = Slot()
            slots[key] = slot
            return slot
        }
        return try slot.artifact.withLock { artifact in
            if let artifact = artifact as? Reader { return artifact }
            let opened = try Reader(opening: output)
            artifact = opened
            return opened
        }
    }

    /// Lets go of what no stage will take any more; who has it open keeps it.
    func drop(_ digests: Set<Digest>) {
        slots.withLock { slots in slots = slots.filter { !digests.contains($0.key.digest) } }
    }
}
