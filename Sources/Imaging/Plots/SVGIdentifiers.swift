/// Gives the elements of an SVG file identifiers that depend on its content alone.
///
/// Cairo counts surfaces over the life of the process, so its identifiers differ between equal figures; and it starts
/// its glyphs at the same number in every file, so two files in one HTML page would show each other's letters.
enum SVGIdentifiers {
    private static let markers = ["id=\"", "href=\"#", "url(#"].map { Array($0.utf8) }

    /// - Complexity: O(bytes)
    static func renamed(in svg: [UInt8]) -> [UInt8] {
        let (pieces, identifiers) = split(svg)
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        for identifier in identifiers where numbers[identifier] == nil { numbers[identifier] = numbers.count }

        var digest: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a
        for piece in pieces {
            for byte in piece { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        let prefix = "f" + String(digest, radix: 36) + "-"
        var result: [UInt8] = []
        result.reserveCapacity(svg.count + identifiers.count * prefix.utf8.count)
        for (piece, identifier) in zip(pieces, identifiers) {
            result += piece
            result += Array((prefix + String(numbers[identifier]!, radix: 36)).utf8)
        }
        return result + pieces.last!
    }

    /// The text around the identifiers, and the identifiers between.
    private static func split(_ svg: [UInt8]) -> (pieces: [ArraySlice<UInt8>], identifiers: [ArraySlice<UInt8>]) {
        let ends = Set("\")".utf8)
        var (pieces, identifiers): ([ArraySlice<UInt8>], [ArraySlice<UInt8>]) = ([], [])
        var (pieceStart, position) = (0, 0)
        while position < svg.count {
            guard let marker = markers.first(where: { svg[position...].starts(with: $0) }) else {
                position += 1
                continue
            }
            let start = position + marker.count
            let end = svg[start...].firstIndex(where: ends.contains) ?? svg.count
            pieces.append(svg[pieceStart..<start])
            identifiers.append(svg[start..<end])
            (pieceStart, position) = (end, end)
        }
        return (pieces + [svg[pieceStart...]], identifiers)
    }
}
