/// Room that a store keeps for itself: pruning has to write a little before it can remove anything.
extension Store {
    static let reserveName = "reserve"

    /// Bytes; several times what a session and the names of what it is about to remove take.
    private static let reserveSize = 64 << 10

    private var reserve: String { path + "/" + Self.reserveName }

    /// Makes the reserve where there is none; on a full disk there is none then.
    func fillReserve() {
        guard !FileSystem.exists(reserve) else { return }
        // Random, for some file systems keep room for little of what can be compressed.
        let words = (0..<Self.reserveSize / 8).map { _ in UInt64.random(in: 0...UInt64.max) }
        try? FileSystem.replace(reserve, with: words.withUnsafeBytes(Array.init))
    }

    /// Our own session, also on a full disk: its beginning then takes the reserve, and what is left of dead
    /// processes goes first.
    func sessionWithRoom() throws(FileSystemError) -> Session {
        do {
            return try session()
        } catch  where error.isFull {
            try FileSystem.removeFile(reserve)
            _ = try? removeDeadSessions(now: MachineFacts.now, isRehearsal: false)
            return try session()
        }
    }
}
