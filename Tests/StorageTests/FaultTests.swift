import Storage
import TestSupport
import Testing

/// A process that makes two objects, hurt at every single call to the system.
@Suite struct FaultTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("store") }

    init() throws { folder = try TemporaryFolder() }

    private func numberOfCalls() throws -> Int {
        let outcome = try Worker.make(2, in: folder.path("counted"), faults: "count", countFile: folder.path("count"))
        #expect(outcome.status == 0)
        let text = String(decoding: try FileSystem.read(folder.path("count")), as: UTF8.self)
        return try #require(Int(text.prefix { $0 != "\n" }))
    }

    /// Both objects are whole, and nothing else is left.
    private func expectSound(_ comment: String) throws {
        let store = try Store(opening: path)
        #expect(try store.verify().damages.isEmpty, "\(comment)")
        #expect(try store.keys().count == 2, "\(comment)")
        #expect(try FileSystem.list(path + "/leases") == [], "\(comment)")
        #expect(try FileSystem.list(path + "/temporary") == [], "\(comment)")
    }

    @Test(arguments: ["kill", "ENOSPC", "EDQUOT", "EIO", "kill,kill"])
    func `after a fault at any call the next process finishes and cleans up`(fault: String) throws {
        let count = try numberOfCalls()
        #expect(count > 80)
        let kinds = fault.split(separator: ",")
        var killed = 0
        for number in 1...count {
            let outcome = try Worker.make(2, in: path, faults: "\(kinds[0])@\(number)")
            if outcome.status == 9 { killed += 1 }
            // The second one in the middle of the recovery.
            if kinds.count == 2 { _ = try Worker.make(2, in: path, faults: "\(kinds[1])@\(number * 7 % count + 1)") }
            let again = try Worker.make(2, in: path)
            #expect(again.status == 0, "\(fault)@\(number)")
            try expectSound("\(fault)@\(number)")
            try FileSystem.remove(path)
        }
        // How many calls reading /proc takes differs a little.
        #expect(kinds[0] != "kill" || killed > count - 10)
    }

    @Test func `an interrupted call is made again`() throws {
        for number in 1...(try numberOfCalls()) {
            let outcome = try Worker.make(2, in: path, faults: "EINTR@\(number)")
            #expect(outcome.status == 0 && outcome.output == "2", "EINTR@\(number)")
            try expectSound("EINTR@\(number)")
            try FileSystem.remove(path)
        }
    }
}
