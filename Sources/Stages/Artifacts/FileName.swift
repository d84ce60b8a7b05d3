/// Names of layers as names of files.
enum FileName {
    /// Letters, digits, `.`, `-` and `_` stay; of everything else in ASCII, bytes become `%2F` and the like, so that
    /// different names stay different.
    static func safe(_ name: String) -> String {
        name.unicodeScalars.map { scalar in
            let stays =
                !scalar.isASCII || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "._-".unicodeScalars.contains(scalar)
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return stays ? String(scalar) : "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
