import Dispatch
import Synchronization

/// What reading every byte of a store found.
public struct VerificationResult: Sendable {
    public struct Damage: Sendable {
        public let key: Digest
        /// In words: `its manifest cannot be read`, `the file 'a.h5' has other bytes than when it was made`.
        public let reason: String
    }

    public let objects: Int
    public let bytes: Int
    /// Sorted by key.
    public let damages: [Damage]
}

extension Store {
    /// Reads every byte of every object and compares it with the manifests, and those with their own digests. Nothing is
    /// changed; ``setAside(_:)`` removes a damaged object.
    ///
    /// - Parameter threads: how many objects are read at the same time.
    public func verify(threads: Int = MachineFacts.processors) throws(FileSystemError) -> VerificationResult {
        let keys = try keys()
        let next = Atomic<Int>(0)
        let bytes = Atomic<Int>(0)
        let damages = Mutex<[VerificationResult.Damage]>([])
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < keys.count else { return }
                let key = keys[number]
                do throws(Unsound) {
                    let count = try verify(key)
                    bytes.add(count, ordering: .relaxed)
                } catch {
                    // Pruned or replaced while it was read.
                    guard FileSystem.exists(folder(of: key)) else { continue }
                    damages.withLock { $0.append(.init(key: key, reason: error.reason)) }
                }
            }
        }
        return VerificationResult(
            objects: keys.count, bytes: bytes.load(ordering: .relaxed),
            damages: damages.withLock { $0 }.sorted { $0.key < $1.key })
    }

    private struct Unsound: Error {
        let reason: String
    }

    /// - Returns: how many bytes its files have.
    private func verify(_ key: Digest) throws(Unsound) -> Int {
        switch read(key) {
        case .absent: return 0
        case .damaged(let reason): throw Unsound(reason: reason)
        case .present(let object):
            do {
                try object.verify()
            } catch {
                throw Unsound(reason: "\(error)")
            }
            return object.manifest.files.reduce(0) { $0 + $1.size }
        }
    }
}
