import Foundation
import JSONValues
import Storage

// What a process does with a store, for tests that kill it, starve it of disk space, or run many of it:
//
//     store-worker make STORE COUNT   makes the objects 0, 1, … unless they are there; prints how many it made
//     store-worker use STORE COUNT RUN  reads the objects 0, 1, …, each in a session of its own that ends with a record of
//                                     all of them in the run folder RUN; makes those that are not there
//     store-worker hold STORE KEY     takes a lease, begins the object, prints "held", and waits to be killed

func key(_ number: Int) -> Digest { Digest(of: "object \(number)") }

func make(_ number: Int, in store: Store) throws {
    let builder = try store.begin(key(number))
    let text = String(repeating: "\(number)", count: 1 + number % 100)
    try FileSystem.write(text, to: builder.folder + "/numbers.txt")
    let digest = Digest(of: text)
    let file = ObjectManifest.File(path: "numbers.txt", size: text.utf8.count, digest: digest, byteDigest: digest)
    let manifest = ObjectManifest(
        key: key(number), keyManifest: ["stage": "toy"],
        ports: [.init(name: "numbers", kind: "numbers", files: [file])], record: [:])
    _ = try store.publish(builder, manifest: manifest)
}

/// Whether this process made it.
func provide(_ number: Int, in store: Store) throws -> Bool {
    while true {
        if case .present(let object) = store.find(key(number)) {
            store.markUsed(object)
            return false
        }
        guard let lease = try store.lease(of: key(number)) else {
            usleep(1000)
            continue
        }
        defer { lease.release() }
        if case .present = store.find(key(number)) { return false }
        try make(number, in: store)
        return true
    }
}

struct Vanished: Error {
    let number: Int
    let when: String
}

/// - Throws: ``Vanished`` where an object was away for a moment although it was held, or a run folder names it.
func use(_ count: Int, _ path: String, recordIn runFolder: String) throws {
    try FileSystem.makeFolder(runFolder)
    var record: [String] = []
    for number in 0..<count {
        let store = try Store(opening: path)
        try store.beginSession()
        if case .present(let object) = store.claim(key(number)) {
            for _ in 0..<200 where !FileSystem.exists(object.folder) { throw Vanished(number: number, when: "held") }
        } else {
            try make(number, in: store)
        }
        record.append(#""\#(number)": {"key": "\#(key(number))"}"#)
        try FileSystem.replace(runFolder + "/run.json", with: #"{"stages": {\#(record.joined(separator: ", "))}}"#)
        try store.addRoot(runFolder)
        store.endSession()
        for earlier in 0...number {
            guard case .present = store.find(key(earlier)) else { throw Vanished(number: earlier, when: "named") }
        }
    }
}

func run(_ arguments: [String]) throws {
    let store = try Store(opening: arguments[2])
    switch arguments[1] {
    case "make":
        try store.removeLeftovers()
        print(try (0..<Int(arguments[3])!).count { try provide($0, in: store) })
    case "use": try use(Int(arguments[3])!, arguments[2], recordIn: arguments[4])
    case "hold":
        let lease = try store.lease(of: Digest(hex: arguments[3])!)
        let builder = try store.begin(Digest(hex: arguments[3])!)
        print("held")
        fflush(nil)
        withExtendedLifetime((lease, builder)) { while true { pause() } }
    default: fatalError("unknown command '\(arguments[1])'")
    }
}

do {
    try run(CommandLine.arguments)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
