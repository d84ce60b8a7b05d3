import Imaging
import Reporting

extension SummaryWriter {
    /// Saves a plot as PNG at twice its size, shown at its size, so that it is sharp on fine screens.
    func save(
        _ figure: any Figure, as name: String, caption: String = "", alternative: String
    ) throws -> Block.Picture {
        try save(
            figure.png(), as: name, caption: caption, alternative: alternative, width: Int(figure.size.width.rounded()))
    }
}
