import Foundation
import HDF5Files
import TestSupport
import Testing

@Suite struct ErrorMessageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was thrown"
        } catch {
            return "\(error)".replacingOccurrences(of: folder.path, with: "FOLDER")
        }
    }

    @Test func `messages say where, what, and how to mend it`() throws {
        let path = try makeFile(folder.path("a.h5")) { file in
            try file.write([Float](repeating: 0, count: 6), to: "block1/conv", shape: [3, 2])
            try file.write(["a"], to: "names")
        }
        let file = try HDF5File(opening: path)
        let cases: [(String, () throws -> Void)] = [
            ("FOLDER/a.h5: exists already\n  fix: choose another path", { _ = try HDF5File(creating: path) }),
            (
                "FOLDER/none.h5: cannot be opened: No such file or directory\n  fix: check the path and its permissions",
                { _ = try HDF5File(opening: folder.path("none.h5")) }
            ),
            (
                "FOLDER: cannot be opened: it is not a file\n  fix: check the path and its permissions",
                { _ = try HDF5File(opening: folder.path) }
            ),
            (
                "FOLDER/no/a.h5: cannot be opened: No such file or directory\n  fix: check the path and its permissions",
                { _ = try HDF5File(creating: folder.path("no/a.h5")) }
            ),
            (
                "FOLDER/a.h5: /block1/pool: does not exist; '/block1' holds 'conv'\n  fix: choose one of the names that exist",
                { _ = try file.dataset("block1/pool") }
            ),
            (
                "FOLDER/a.h5: /block1: is a group, not a dataset\n  fix: give the path of a dataset",
                { _ = try file.dataset("block1") }
            ),
            (
                "FOLDER/a.h5: /names: is a dataset, not a group\n  fix: give the path of a group",
                { _ = try file.dataset("names/x") }
            ),
            (
                "FOLDER/a.h5: /block1/conv: has 3 rows, so rows 2..<4 do not exist\n  fix: choose rows within 0..<3",
                { _ = try file.dataset("block1/conv").readTensor(rows: 2..<4) }
            ),
            (
                "FOLDER/a.h5: /block1/conv: needs 24 bytes of memory, more than the allowed 23\n"
                    + "  fix: read fewer rows at a time, or allow more memory",
                { _ = try file.dataset("block1/conv").readTensor(limit: 23) }
            ),
            (
                "FOLDER/a.h5: /names: holds string, which cannot be read or written as float32\n"
                    + "  fix: convert the data, or choose another dataset",
                { _ = try file.dataset("names").readTensor() }
            ),
        ]
        for (expected, body) in cases { #expect(message(body) == expected) }
    }

    @Test func `the library's own words are passed on`() throws {
        let path = folder.path("garbage.h5")
        try save([UInt8](repeating: 7, count: 4_096), path)
        #expect(
            message { _ = try HDF5File(opening: path) }
                == "FOLDER/garbage.h5: is not an HDF5 file, or is damaged (HDF5: unable to open file; "
                + "unable to read superblock; file signature not found)\n  fix: make or download the file again")
    }

    @Test func `a path is written once`() throws {
        try makeFile(folder.path("a.h5")) { file in
            try file.write([1.0], to: "x")
            #expect(problem { try file.write([1.0], to: "/x") } == .exists)
            #expect(
                problem { try file.write([1.0], to: "/x/y") } == .wrongKind(found: "a dataset", expected: "a group"))
        }
    }
}
