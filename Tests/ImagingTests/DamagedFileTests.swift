import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct DamagedFileTests {
    private func problem(of bytes: [UInt8]) -> ImageError.Problem? {
        do throws(ImageError) {
            _ = try Image.decode(bytes)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test(arguments: DecodingCase.all) func `a file cut anywhere is damaged`(golden: DecodingCase) throws {
        let whole = try Golden.bytes(golden.name)
        for twentieth in 1..<20 {
            let part = Array(whole.prefix(whole.count * twentieth / 20))
            let found = problem(of: part)
            let isTooShortToKnow = part.count < 8 && found == .unknownFormat(firstBytes: Array(part.prefix(4)))
            if case .damaged? = found { continue }
            #expect(isTooShortToKnow, "\(golden.name) cut to \(part.count) of \(whole.count): \(found as Any)")
        }
        #expect(problem(of: Array(whole.dropLast())) != nil, "\(golden.name) without its last byte")
    }

    @Test(arguments: DecodingCase.all.filter { $0.name.hasSuffix("png") })
    func `any changed byte of a PNG is noticed`(golden: DecodingCase) throws {
        let whole = try Golden.bytes(golden.name)
        for position in whole.indices {
            var changed = whole
            changed[position] ^= 0x10
            #expect(problem(of: changed) != nil, "\(golden.name), byte \(position)")
        }
    }

    /// JPEG has no checksums, so a changed byte may well give a picture; it must never give anything else.
    @Test(arguments: DecodingCase.all.filter { $0.name.hasSuffix("jpg") })
    func `any changed byte of a JPEG gives a picture or an error`(golden: DecodingCase) throws {
        let whole = try Golden.bytes(golden.name)
        var errors = 0
        for position in whole.indices {
            for mask: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = whole
                changed[position] ^= mask
                if problem(of: changed) != nil { errors += 1 }
            }
        }
        #expect(errors > whole.count / 10)
    }

    @Test func `bytes of no picture are refused with their beginning`() {
        #expect(problem(of: []) == .empty)
        #expect(problem(of: Array("GIF89a".utf8)) == .unknownFormat(firstBytes: [0x47, 0x49, 0x46, 0x38]))
        #expect(problem(of: [0x89]) == .unknownFormat(firstBytes: [0x89]))
    }

    /// A PNG header that claims any size, with a valid checksum and next to nothing behind it.
    private func pngBomb(_ name: String) throws -> [UInt8] { try Golden.bytes("bomb-\(name).png") }

    /// A real JPEG whose frame header claims another size.
    private func jpegBomb(width: Int, height: Int) throws -> [UInt8] {
        var bytes = try Golden.bytes("rgb-444.jpg")
        let frame = try #require((0..<bytes.count - 1).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        bytes.replaceSubrange(
            frame + 5..<frame + 9, with: [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) })
        return bytes
    }

    @Test func `more pixels than the limit are refused before memory is taken`() throws {
        #expect(problem(of: try pngBomb("wide")) == .tooManyPixels(width: 2_000_000_000, height: 2_000_000_000))
        #expect(
            problem(of: try jpegBomb(width: 65_000, height: 65_000)) == .tooManyPixels(width: 65_000, height: 65_000))
    }

    @Test func `a size that the file cannot hold is refused before memory is taken`() throws {
        let png = try pngBomb("hollow")
        #expect(problem(of: png) == .tooShort(width: 13_000, height: 13_000, bytes: png.count))
        let jpeg = try jpegBomb(width: 13_000, height: 13_000)
        #expect(problem(of: jpeg) == .tooShort(width: 13_000, height: 13_000, bytes: jpeg.count))
    }

    @Test func `more data than the size needs is damage`() throws {
        #expect(problem(of: try Golden.bytes("damaged-too-much-data.png")) != nil)
    }

    @Test func `a nonsensical orientation is upright`() throws {
        var bytes = try Golden.bytes("orientation-big-endian.jpg")
        let value = try #require(
            (0..<bytes.count - 1).first { Array(bytes[$0...].prefix(8)) == [1, 0x12, 0, 3, 0, 0, 0, 1] })
        bytes[value + 9] = 99
        #expect(try Image.decode(bytes).width == 29)
    }

    @Test func `errors say where, what, and how to mend it`() throws {
        func message(_ path: String) -> String {
            do throws(ImageError) {
                _ = try Image.read(path)
                return "no error"
            } catch {
                return "\(error)".replacingOccurrences(of: path, with: "PATH")
            }
        }
        let folder = try TemporaryFolder()
        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
            return folder.path(name)
        }
        #expect(
            message(folder.path("missing.png"))
                == "PATH: cannot be read: No such file or directory\n  fix: check the path and the permissions")
        #expect(
            message(folder.path) == "PATH: is not a regular file\n  fix: give the path of a PNG or JPEG file")
        #expect(
            message(try file("empty.jpg", []))
                == "PATH: is empty\n  fix: fetch or export the file again, or leave it out")
        #expect(
            message(try file("text.png", Array("hello".utf8)))
                == "PATH: is neither PNG nor JPEG: it begins with 68 65 6c 6c\n"
                + "  fix: convert it to PNG or JPEG, or leave it out")
        #expect(
            message(try file("cut.png", Array(try Golden.bytes("rgb-8.png").prefix(200))))
                == "PATH: is a damaged PNG: the data end in the middle of the picture\n"
                + "  fix: fetch or export the file again, or leave it out")
        #expect(
            message(try file("cut.jpg", Array(try Golden.bytes("rgb-444.jpg").dropLast(30))))
                == "PATH: is a damaged JPEG: Premature end of JPEG file\n"
                + "  fix: fetch or export the file again, or leave it out")
        #expect(
            message(try file("bomb.png", try pngBomb("hollow")))
                == "PATH: claims 13000 x 13000 pixels, which 67 bytes cannot hold\n"
                + "  fix: fetch or export the file again, or leave it out")
        #expect(
            message(try file("wide.png", try pngBomb("wide")))
                == "PATH: claims 2000000000 x 2000000000 pixels, more than the limit of 178956970\n"
                + "  fix: make the picture smaller first")
    }

    @Test func `a pipe is refused without waiting for it`() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        let error = #expect(throws: ImageError.self) { try Image.read(folder.path("pipe")) }
        #expect(error?.problem == .notARegularFile)
    }
}
