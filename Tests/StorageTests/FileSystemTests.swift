import Glibc
import Storage
import TestSupport
import Testing

func setTime(of file: String, to seconds: Int) {
    var times = [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]
    utimes(file, &times)
}

@Suite struct FileSystemTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `digests are those of the standard`() throws {
        // NIST FIPS 180-2, appendix B; the million letters cross the size of the buffer.
        #expect(Digest(of: "abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        try FileSystem.write(String(repeating: "a", count: 1_000_000), to: folder.path("a"))
        #expect(
            try Digest.ofFile(folder.path("a")).hex
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(Digest(hex: "BA") == nil)
        #expect(Digest(hex: String(repeating: "G", count: 64)) == nil)
    }

    @Test func `errors name the call, the path and the reason`() {
        #expect { try FileSystem.read("/nowhere/x") } throws: {
            "\($0)" == "cannot open '/nowhere/x': No such file or directory"
        }
        #expect { try FileSystem.write("x", to: "/proc/nothing") } throws: {
            "\($0)" == "cannot create '/proc/nothing': No such file or directory"
        }
    }

    @Test(.timeLimit(.minutes(1))) func `pipes and devices are refused without waiting`() {
        mkfifo(folder.path("pipe"), 0o600)
        for path in [folder.path("pipe"), "/dev/zero"] {
            #expect(throws: FileSystemError.special(path)) { try FileSystem.read(path) }
            #expect(throws: FileSystemError.special(path)) { try Digest.ofFile(path) }
        }
        #expect { try FileSystem.read("/usr") } throws: { "\($0)" == "cannot read '/usr': Is a directory" }
    }

    @Test func `trees are made, listed and removed, links not followed`() throws {
        try FileSystem.makeFolder(folder.path("a/b/c"))
        try FileSystem.makeFolder(folder.path("a/b"))
        try FileSystem.write("x", to: folder.path("a/b/c/x"))
        try FileSystem.write("y", to: folder.path("keep"))
        try FileSystem.makeLink(folder.path("a/link"), to: "..")
        #expect(try FileSystem.listFiles(below: folder.path("a")) == ["b/c/x", "link"])
        #expect(try FileSystem.target(ofLink: folder.path("a/link")) == "..")
        #expect(try FileSystem.target(ofLink: folder.path("keep")) == nil)
        try FileSystem.remove(folder.path("a"))
        #expect(try FileSystem.list(folder.path) == ["keep"])
        #expect(throws: FileSystemError.self) { try FileSystem.makeFolder(folder.path("keep")) }
    }

    @Test func `only an empty folder is removed as one`() throws {
        try FileSystem.makeFolder(folder.path("a/b"))
        #expect(try !FileSystem.removeEmptyFolder(folder.path("a")))
        #expect(try FileSystem.removeEmptyFolder(folder.path("a/b")))
        #expect(try FileSystem.removeEmptyFolder(folder.path("a/b")), "somebody else was faster")
        #expect(try FileSystem.list(folder.path("a")) == [])
    }

    @Test func `reading ends when nobody waits for it`() throws {
        try FileSystem.write([UInt8](repeating: 1, count: 5 << 20), to: folder.path("a"))
        var pieces = 0
        #expect {
            try Digest.ofFile(folder.path("a")) {
                pieces += 1
                return pieces > 2
            }
        } throws: { ($0 as? FileSystemError)?.isCancelled == true }
        #expect(pieces == 3)
    }

    @Test func `a group has what the tightest group above it leaves`() throws {
        func set(_ group: String, limit: String, used: Int) throws {
            try FileSystem.makeFolder(folder.path(group))
            try FileSystem.write(limit + "\n", to: folder.path(group + "/memory.max"))
            try FileSystem.write("\(used)\n", to: folder.path(group + "/memory.current"))
        }
        func available() -> Int { MachineFacts.availableMemory(ofGroup: "/job/step/task", below: folder.path) }
        try FileSystem.makeFolder(folder.path("job/step/task"))
        #expect(available() == .max)
        try set("job", limit: "1000", used: 300)
        #expect(available() == 700)
        try set("job/step", limit: "max", used: 200)
        try set("job/step/task", limit: "900", used: 100)
        #expect(available() == 700)
        try set("job/step", limit: "150", used: 200)
        #expect(available() == 0)
    }

    @Test func `replacing a file leaves the new one and nothing else`() throws {
        try FileSystem.replace(folder.path("a"), with: "old")
        try FileSystem.replace(folder.path("a"), with: "new")
        #expect(try FileSystem.read(folder.path("a")) == Array("new".utf8))
        #expect(try FileSystem.list(folder.path) == ["a"])
    }

    @Test func `appended lines are all there`() throws {
        try FileSystem.write("old\n", to: folder.path("log"))
        let file = try AppendedFile(folder.path("log"))
        try file.append("1\n")
        try AppendedFile(folder.path("log")).append("2\n")
        try file.append("3\n")
        #expect(try FileSystem.read(folder.path("log")) == Array("old\n1\n2\n3\n".utf8))
    }

    @Test(arguments: [
        ("/a/b", "/a/c/d", "../../b"), ("/a", "/a", "."), ("/x", "/", "x"), ("/a/b/c", "/a", "b/c"),
    ])
    func `paths are made relative`(path: String, from: String, expected: String) {
        #expect(Paths.relative(path, from: from) == expected)
    }

    @Test func `paths are made absolute and taken apart`() {
        #expect(Paths.absolute("../b/./c", in: "/a/x") == "/a/b/c")
        #expect(Paths.absolute("/../..") == "/")
        #expect(Paths.absolute("x") == Paths.workingFolder + "/x")
        #expect(Paths.folder(of: "a/b") == "a")
        #expect(Paths.folder(of: "a") == ".")
        #expect(Paths.fileExtension(of: "/x.y/a.tar.GZ") == "gz")
        #expect(Paths.fileExtension(of: "/x.y/.hidden") == "")
    }
}
