import Glibc

/// How pruning and using stay out of each other's way.
///
/// Who prunes writes down what it is about to take away, then looks what is in use; who uses writes down what it uses, then
/// looks what is about to be taken away. So at least one of the two sees the other, and it is the user who waits: for the
/// moment until the pruning process has taken away what it did not see in use, and has crossed out the rest.
extension Store {
    private static let condemnedName = "condemned"

    /// Milliseconds that a verdict is waited for. It takes a few; a process that was stopped in between looks again what is
    /// in use before it removes anything.
    private static let patience = 5000

    /// Says that these are about to be taken away; with none, that nothing is any more.
    func condemn(_ objects: some Collection<ObjectUsage>, in session: Session) {
        let file = session.folder + "/" + Self.condemnedName
        if objects.isEmpty {
            try? FileSystem.removeFile(file)
        } else {
            // Half of it does no harm: who reads that has noted what it uses before the other half was written. Nor does
            // none, as on a full disk: what is in use is then away for a moment.
            try? FileSystem.write(objects.map { "\($0.key)\n" }.joined(), to: file)
        }
    }

    /// Returns when no process that is at work is about to take any of the objects away.
    func awaitVerdict(on objects: [StoredObject]) {
        for _ in 0..<Self.patience {
            let condemned = condemnedKeys()
            // Nearly always: nobody prunes.
            if condemned.isEmpty || !objects.contains(where: { condemned.contains($0.manifest.key) }) { return }
            usleep(1000)
        }
    }

    private func condemnedKeys() -> Set<Digest> {
        var keys: Set<Digest> = []
        for name in (try? FileSystem.list(sessionsFolder)) ?? [] {
            guard let bytes = try? FileSystem.read("\(sessionsFolder)/\(name)/\(Self.condemnedName)"),
                // One that was killed takes nothing away any more.
                !SeenSession(name, in: sessionsFolder).isOver(now: MachineFacts.now)
            else { continue }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            keys.formUnion(lines.compactMap { Digest(hex: String($0)) })
        }
        return keys
    }
}
