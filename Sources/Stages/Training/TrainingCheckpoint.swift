import Foundation
import ModelFormats
import Training

/// The state of a training run on disk, so that it goes on after a kill.
///
/// History and tensors are in one safetensors file, which is written beside the old one and renamed over it: what is there
/// is always whole.
struct TrainingCheckpoint {
    private let path: String

    init(folder: String) { path = folder + "/training.safetensors" }

    func save(_ state: TrainingState) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let history = String(decoding: try encoder.encode(state.history), as: UTF8.self)
        let temporary = path + ".new"
        try SafetensorsFile.write(state.tensors, metadata: ["history": history], to: temporary)
        guard rename(temporary, path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
    }

    /// `nil` where there is none, or none that can be read: training then starts afresh.
    func load() throws -> TrainingState? {
        guard let file = try? SafetensorsFile(path: path), let text = file.metadata["history"],
            let history = try? JSONDecoder().decode(TrainingHistory.self, from: Data(text.utf8)),
            let tensors = try? file.tensors(named: file.entries.map(\.name))
        else { return nil }
        return TrainingState(history: history, tensors: tensors)
    }
}
