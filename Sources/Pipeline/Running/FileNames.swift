/// What files and folders of a stage are called: its name, with what a file name cannot hold as `%2F`, so that different
/// stages have different names.
func fileName(ofStage id: String) -> String {
    func isUnfit(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%") || byte < 0x20 || byte == 0x7F
    }
    guard id.utf8.contains(where: isUnfit) else { return id }
    return id.unicodeScalars.reduce(into: "") { name, scalar in
        if let byte = UInt8(exactly: scalar.value), isUnfit(byte) {
            let digits = String(byte, radix: 16, uppercase: true)
            name += "%" + (digits.count < 2 ? "0" : "") + digits
        } else {
            name.unicodeScalars.append(scalar)
        }
    }
}

/// The most bytes that the name of a run, a stage or an instance may have: file systems allow 255, and some of them are
/// for what is added, as `.log`.
let nameLimit = 200
