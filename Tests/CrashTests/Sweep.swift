import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

/// Tries many faults, each in a scene of its own, on all cores.
final class Sweep: Sendable {
    /// Everything is tried with `CONVSCOPE_CRASHES=all` in the environment, as `Scripts/crash-suite` sets it.
    static let isFull = ProcessInfo.processInfo.environment["CONVSCOPE_CRASHES"] == "all"

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(inMemory: true) }

    func scene(_ name: String) throws -> Scene {
        let scene = Scene(path: folder.path(name))
        try FileSystem.makeFolder(scene.path)
        return scene
    }

    /// Performs the cases, reports what any of them complains about, and says how many there were.
    ///
    /// - Parameter body: gets a case, and a scene that holds nothing.
    func callAsFunction<Case: Sendable & CustomStringConvertible>(
        _ title: String, _ cases: [Case], sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (Case, Scene) throws -> Void
    ) {
        let next = Atomic<Int>(0)
        let complaints = Mutex<[String]>([])
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < cases.count else { return }
                do {
                    let scene = try scene("case-\(number)")
                    defer { try? FileSystem.remove(scene.path) }
                    try body(cases[number], scene)
                } catch {
                    complaints.withLock { $0.append("\(cases[number]): \(error)") }
                }
            }
        }
        let found = complaints.withLock { $0 }
        for complaint in found.prefix(10) { Issue.record("\(title): \(complaint)", sourceLocation: sourceLocation) }
        #expect(found.isEmpty, "\(title): \(found.count) of \(cases.count) cases", sourceLocation: sourceLocation)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("\(title): \(cases.count) cases, \(found.count) complaints, \(Int(seconds.rounded())) s")
    }
}

/// A fault, and perhaps another one while the next process recovers from it.
struct Fault: Sendable, CustomStringConvertible {
    let first: String
    var second: String?

    var description: String { second.map { "\(first), then \($0)" } ?? first }

    /// One fault of a kind at every call, or at every `stride`-th.
    static func at(_ kind: String, calls: Int, every stride: Int = 1) -> [Fault] {
        Swift.stride(from: 1 + stride / 2, through: calls, by: stride).map { Fault(first: "\(kind)@\($0)") }
    }
}

/// Numbers that look random and are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(seed) }

    /// splitmix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
