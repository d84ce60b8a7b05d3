import CCairo

/// How a line of text is set.
public struct TextStyle: Sendable {
    /// Height of the font in points.
    public var size: Double
    public var isBold: Bool
    public var color: Color

    public init(size: Double = 11, isBold: Bool = false, color: Color = Color(0x222222)) {
        self.size = size
        self.isBold = isBold
        self.color = color
    }
}

/// Which part of a line of text lies at the place it is drawn at.
public enum TextAnchor: Sendable {
    case start, middle, end
}

extension Canvas {
    /// Draws one line of text whose middle height lies at `place`.
    /// - Parameter angle: turns the line about `place`, clockwise, in radians.
    public func draw(
        _ text: String, at place: Point, anchor: TextAnchor = .start, style: TextStyle = TextStyle(), angle: Double = 0
    ) {
        let line = Self.printable(text)
        select(style)
        let width = measured(line)
        let shift =
            switch anchor {
            case .start: 0.0
            case .middle: -width / 2
            case .end: -width
            }
        setColor(style.color, 1)
        cairo_save(context)
        cairo_translate(context, place.x, place.y)
        cairo_rotate(context, angle)
        // Half the height of capitals in DejaVu Sans, whatever letters the line has: neighbours share a base line.
        cairo_move_to(context, shift, style.size * 0.365)
        cairo_show_text(context, line)
        cairo_restore(context)
    }

    /// How wide a line of text is, in points.
    public func width(of text: String, style: TextStyle = TextStyle()) -> Double {
        select(style)
        return measured(Self.printable(text))
    }

    /// The text itself where it fits, else its beginning and an ellipsis.
    /// - Complexity: O(length · log length)
    public func shortened(_ text: String, toWidth limit: Double, style: TextStyle = TextStyle()) -> String {
        let line = String(Self.printable(text).prefix(Self.longestLine))
        select(style)
        if measured(line) <= limit && line.count < Self.longestLine { return line }
        var (fits, fails) = (0, line.count + 1)
        while fails - fits > 1 {
            let middle = (fits + fails) / 2
            if measured(line.prefix(middle) + "…") <= limit { fits = middle } else { fails = middle }
        }
        return line.prefix(fits) + "…"
    }

    /// Nothing longer fits on any figure.
    private static let longestLine = 1_000

    private func select(_ style: TextStyle) {
        let weight = style.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL
        cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, weight)
        cairo_set_font_size(context, style.size)
    }

    private func measured(_ line: some StringProtocol) -> Double {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, String(line), &extents)
        return extents.x_advance
    }

    /// The text with all that is not a character to look at (line ends, control codes, changes of writing direction)
    /// made visible.
    private static func printable(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                line.append(scalar == "\n" || scalar == "\t" ? " " : "\u{FFFD}")
            default: line.append(scalar)
            }
        }
        return String(line)
    }
}
