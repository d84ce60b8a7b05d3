/// One thing that a stage has to show: what it says, not how it looks.
///
/// Blocks are data. They are written into the `summary.json` of a stage and drawn much later, perhaps by a newer version
/// of the program, so a kind never changes its meaning; what is new gets a new kind.
public enum Block: Sendable, Hashable {
    /// Words, in the part of Markdown that ``Markdown`` knows.
    case text(String)

    /// One plain sentence that must not be overlooked: what was left out, and why.
    case note(String)

    /// The few numbers that matter most.
    case metrics([Metric])

    case table(Table)
    case picture(Picture)
    case gallery(Gallery)

    /// Blocks that are folded away behind a title until somebody opens it.
    case details(title: String, [Block])

    /// A block that this version cannot show: of a kind that a newer version wrote, or damaged. The page says so.
    case unreadable(kind: String, problem: String)
}

// MARK: - Metrics

extension Block {
    /// A number with its name, large enough to be read across a table.
    public struct Metric: Sendable, Hashable {
        public var name: String
        /// As it is shown: `91.2`, `60,000`, `vgg16`.
        public var value: String
        /// Beside the value; may be empty: `%`, `images`, `nats`.
        public var unit: String
        /// Half a sentence below the value; may be empty: `of 10,000 test images`.
        public var explanation: String

        public init(_ name: String, _ value: String, unit: String = "", explanation: String = "") {
            self.name = name
            self.value = value
            self.unit = unit
            self.explanation = explanation
        }

        /// A number in words; what the format calls its unit goes before `unit`.
        public init(
            _ name: String, _ value: Double, format: NumberFormat = .automatic, unit: String = "",
            explanation: String = ""
        ) {
            let units = [format.unit, unit].filter { !$0.isEmpty }.joined(separator: " ")
            self.init(name, format.digits(value), unit: units, explanation: explanation)
        }
    }
}

// MARK: - Pictures

extension Block {
    /// A PNG, JPEG or SVG file.
    public struct Picture: Sendable, Hashable {
        /// Relative to the summary folder: `confusion.png`, `filters/007.png`.
        public var file: String
        /// Below the picture; may be empty.
        public var caption: String
        /// What it shows, in words, for those who do not see it.
        public var alternative: String
        /// How wide it wants to be, in CSS pixels; `nil` takes the width of the file. Never wider than the page.
        public var width: Int?
        /// Whether enlarged pixels stay squares, as the pixels of small images and of filters should.
        public var isPixelated: Bool

        public init(
            _ file: String, caption: String = "", alternative: String, width: Int? = nil, isPixelated: Bool = false
        ) {
            self.file = file
            self.caption = caption
            self.alternative = alternative
            self.width = width
            self.isPixelated = isPixelated
        }
    }

    /// Pictures in rows.
    public struct Gallery: Sendable, Hashable {
        public var pictures: [Picture]
        /// How many stand side by side where the page is wide enough; `nil` as many as fit.
        public var columns: Int?
        /// Below all of them; may be empty.
        public var caption: String

        public init(_ pictures: [Picture], columns: Int? = nil, caption: String = "") {
            self.pictures = pictures
            self.columns = columns
            self.caption = caption
        }
    }
}
