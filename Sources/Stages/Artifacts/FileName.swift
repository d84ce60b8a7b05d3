/// Names of layers as names of files.
enum FileName {
    /// Letters, digits, `.`, `-` and `_` stay; everything else becomes `_`.
    static func safe(_ name: String) -> String {
        String(
            name.unicodeScalars.map { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "._-".unicodeScalars.contains(scalar))
                    ? Character(scalar) : "_"
            })
    }
}
