import Foundation
import Glibc
import ModelFormats
import Pipeline
import Tensors
import Training

/// The state of a training run on disk, so that it goes on after a kill.
///
/// History and tensors are in one safetensors file, which is written beside the old one and renamed over it: what is there
/// is always whole.
struct TrainingCheckpoint {
    private let folder: String
    private let path: String

    /// What a folder holds of an earlier run.
    enum Found {
        case none
        /// Cut short, or with numbers that are not finite: nothing can go on from it.
        case damaged
        case whole(TrainingState)
    }

    init(folder: String) {
        self.folder = folder
        path = folder + "/training.safetensors"
    }

    /// - Throws: `ModelFileError` where the disk is full or the folder cannot be written.
    func save(_ state: TrainingState) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let history = String(decoding: try encoder.encode(state.history), as: UTF8.self)
        // Someone who tidies the store may have removed the folder since.
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Two runs of the same stage write under names of their own; the last to rename wins with a whole file.
        let temporary = "\(path).\(getpid()).new"
        do {
            try SafetensorsFile.write(state.tensors, metadata: ["history": history], to: temporary)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw ModelFileError(writing: path, reason: reason)
        }
    }

    func load() -> Found {
        guard FileManager.default.fileExists(atPath: path) else { return .none }
        guard let file = try? SafetensorsFile(path: path), let text = file.metadata["history"],
            // Numbers that are not finite have no place in JSON: a history with them is not read.
            let history = try? JSONDecoder().decode(TrainingHistory.self, from: Data(text.utf8)),
            let tensors = try? file.tensors(named: file.entries.map(\.name)),
            tensors.values.allSatisfy(\.isFinite)
        else { return .damaged }
        return .whole(TrainingState(history: history, tensors: tensors))
    }
}
