/// Who has a lease that somebody waits for. Prints as `process 4711 on 'node3'`.
public struct LeaseHolder: Sendable, CustomStringConvertible {
    let owner: ProcessIdentity

    /// Seconds since its last sign of life, which it gives every minute.
    let silence: Int

    private let life: ProcessIdentity.Life

    /// Two signs of life are missing.
    private static let longestSilence = 120

    fileprivate init(_ owner: ProcessIdentity, silence: Int, file: String) {
        (self.owner, self.silence) = (owner, silence)
        life = owner.life(onSharedDisk: FileSystem.isShared(file))
    }

    public var description: String {
        if owner == .current { return "another stage of this run" }
        return "process \(owner.process) on '\(owner.host)'" + (owner.job.map { " (SLURM job \($0))" } ?? "")
    }

    /// What is wrong and what to do, where it gives no sign of life; `nil` while all is well.
    public var trouble: String? {
        guard silence > Self.longestSilence else { return nil }
        let words = "\(self) has given no sign of life for \(silence / 60) minutes"
        switch life {
        case .alive: return "\(words); where it hangs, end it with 'kill -9 \(owner.process)'"
        case .dead: return nil
        case .unknown: return "\(words); after ten its work is taken over"
        }
    }
}

extension Store {
    /// Who makes the object of a key at the moment; `nil` where nobody does, or it is not known.
    public func holder(ofLeaseOf key: Digest) -> LeaseHolder? {
        let file = leases.file(of: key)
        guard let owner = leases.owner(of: file),
            let renewed = ((try? FileSystem.status(of: file, followingLinks: false)) ?? nil)?.modified,
            let now = try? session().time()
        else { return nil }
        return LeaseHolder(owner, silence: (now - renewed) / 1_000_000_000, file: file)
    }
}
