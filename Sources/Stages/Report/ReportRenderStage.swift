public import Pipeline
import Reporting
import Storage

/// Puts what stages have to show on one page.
///
/// - Inputs: `sections`, the summaries of any stages and lists of units, in the order in which the page shows them.
/// - Outputs: `report`, one HTML file with everything in it.
/// - Throws: ``StageError`` where `strict` is set and something cannot be shown.
public struct ReportRenderStage: Stage {
    public static let name = "report.render"
    public static let version = 3
    public static let summary = "Puts what stages have to show on one self-contained HTML page."
    public static let details = """
        The page holds its pictures, loads nothing from anywhere, runs no script, and is the same bytes for the same \
        results. Instances of a matrix that follow each other get a table of their axes and metrics. A section that is missing or damaged becomes a note on the page.
        """

    static let sections = ListInput<ReportSource>(
        "sections", "what to show, in this order: stages, or lists of units as 'rank.upstream'", isLabelled: true)
    public static let inputs: [any InputPort] = [sections]
    static let report = Output("report", kind: "report", "`report.html`")
    public static let outputs: [Output] = [report]
    public static let readsPipeline = true

    @Parameter("What stands at the top of the page; the pipeline's name if absent.") public var title: String?
    @Parameter("What stands below the title, in Markdown; the pipeline's description if absent.") public var text:
        String?
    @Parameter("Whether the stage fails where something cannot be shown, instead of leaving a note on the page.")
    public var strict: Bool = false

    public init() {}

    public func run(_ io: StageIO) throws {
        let sections = try io.read(Self.sections).map(\.section)
        let pipeline = io.outline
        let outline = PipelineOutline(
            stages: pipeline.stages.map { stage in
                PipelineOutline.Stage(
                    label: stage.id, name: stage.kind,
                    sources: stage.sources.map { PipelineOutline.Source(stage: $0.stage, output: $0.port) })
            })
        let page = ReportPage(
            title: title ?? pipeline.name, text: text ?? pipeline.description, sections: sections, outline: outline,
            versions: [("convscope", io.provenance.convscopeVersion)])
        let rendered = page.rendered()
        for problem in rendered.problems {
            if strict {
                throw StageError(
                    problem.what, fix: "run that stage again with --force, or set 'strict' to false",
                    place: "section '\(problem.section)'")
            }
            io.warn("\(problem)")
        }
        try FileSystem.write(rendered.html, to: io.path(Self.report, "html"))
    }
}
