import Datasets
import Pipeline
import Reporting

/// What a loaded data set has to show.
enum DatasetSection {
    static func write(_ description: DatasetDescription, skipped: [String], _ io: StageIO) throws {
        var section = SectionContent(
            title: "\(description.specification.format), \(description.specification.split.rawValue)")
        section.metric("images", description.count)
        section.metric("classes", description.classNames.count)
        let shape = description.sampleShape
        section.metric(
            "size", "\(shape[1])×\(shape[2])", unit: "pixels", explanation: shape[0] == 1 ? "gray" : "red, green, blue")
        if !skipped.isEmpty {
            section.note(
                skipped.count == 1
                    ? "1 picture could not be read and is left out."
                    : "\(skipped.count) pictures could not be read and are left out.")
            section.details("Pictures left out") { inner in
                inner.table(columns: ["file"], rows: skipped.prefix(200).map { [.text($0)] })
            }
        }
        SummaryWriter(io).write(section)
    }
}
