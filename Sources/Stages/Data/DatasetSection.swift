import Datasets
import Pipeline
import Reporting

/// What a loaded data set has to show.
enum DatasetSection {
    static func write(_ description: DatasetDescription, _ io: StageIO) throws {
        var section = SectionContent(
            title: "\(description.specification.format), \(description.specification.split.rawValue)")
        section.metric("images", description.count)
        section.metric("classes", description.classNames.count)
        let shape = description.sampleShape
        section.metric(
            "size", "\(shape[1])×\(shape[2])", unit: "pixels", explanation: shape[0] == 1 ? "gray" : "red, green, blue")
        if !description.skipped.isEmpty {
            section.note(
                description.skipped.count == 1
                    ? "1 picture could not be read and is left out."
                    : "\(description.skipped.count) pictures could not be read and are left out.")
            section.details("Pictures left out") { inner in
                inner.table(columns: ["file"], rows: description.skipped.prefix(200).map { [.text($0)] })
            }
        }
        SummaryWriter(io).write(section)
    }
}
