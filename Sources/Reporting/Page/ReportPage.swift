public import JSONValues

/// One self-contained page about what a pipeline found.
///
/// The page needs no network and no script, says nothing of time and machine, and is the same bytes for the same content.
public struct ReportPage: Sendable {
    public var title: String
    /// Below the title, in Markdown.
    public var text: String
    public var sections: [Section]
    /// Drawn at the top; `nil` leaves the drawing out.
    public var outline: PipelineOutline?
    /// What made the results: `("convscope", "0.1.0")`.
    public var versions: [(name: String, version: String)]

    public init(
        title: String, text: String = "", sections: [Section] = [], outline: PipelineOutline? = nil,
        versions: [(name: String, version: String)] = []
    ) {
        self.title = title
        self.text = text
        self.sections = sections
        self.outline = outline
        self.versions = versions
    }

    /// What one stage has to show.
    public struct Section: Sendable {
        /// What the pipeline file calls the stage: `map`, `map[perplexity=5]`.
        public var label: String
        /// `reduce.tsne`
        public var stage: String
        public var version: Int
        public var parameters: JSONValue
        /// What the result is found by: a key or a digest; may be empty.
        public var digest: String
        /// The numbers that the stage noted: the columns of a sweep's table.
        public var metrics: [(name: String, value: Double)]
        /// `nil` where there is nothing to show: the page then says so.
        public var content: SectionContent?
        /// Why there is nothing to show; `nil` where there is, or where nobody knows.
        public var problem: String?
        /// The absolute folder that pictures are in; `nil` where there are none.
        public var pictureFolder: String?

        public init(
            label: String, stage: String, version: Int, parameters: JSONValue = .object([:]), digest: String = "",
            metrics: [(name: String, value: Double)] = [], content: SectionContent?, problem: String? = nil,
            pictureFolder: String? = nil
        ) {
            self.label = label
            self.stage = stage
            self.version = version
            self.parameters = parameters
            self.digest = digest
            self.metrics = metrics
            self.content = content
            self.problem = problem
            self.pictureFolder = pictureFolder
        }
    }
}

/// A finished page.
public struct RenderedPage: Sendable {
    /// Something that the page shows a note for, in place of what should be there.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The label of the section.
        public var section: String
        public var what: String

        public var description: String { "section '\(section)': \(what)" }
    }

    public var html: String
    public var problems: [Problem]
}
