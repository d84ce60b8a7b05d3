extension StringProtocol {
    /// The text with what would act on a terminal instead of being shown, control characters and changes of the writing
    /// direction, as `\u{1b}`. Line breaks stay unless they are asked to be shown too.
    public func visible(showingLineBreaks: Bool = false) -> String {
        guard unicodeScalars.contains(where: { acts($0, isLineBreakShown: showingLineBreaks) }) else {
            return String(self)
        }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if acts(scalar, isLineBreakShown: showingLineBreaks) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

private func acts(_ scalar: Unicode.Scalar, isLineBreakShown: Bool) -> Bool {
    switch scalar {
    case "\n": isLineBreakShown
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": true
    // Marks, embeddings, overrides and isolates of the writing direction (Unicode Standard Annex 9), separators.
    case "\u{61C}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}": true
    default: false
    }
}
