/// The words of a command line as a shell takes them.
public func shellCommand(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

/// A text as a shell takes it for one word: in quotes where it has characters that mean something to shells.
public func quoted(_ word: String) -> String {
    let isPlain =
        !word.isEmpty
        && word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: Array("-_./:=,@%+".utf8).contains(byte)
            }
        }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
}
