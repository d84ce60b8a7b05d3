import Foundation
import Imaging

/// The reference files that Scripts/golden/imaging.py makes.
enum Golden {
    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Golden/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    static func read<Content: Decodable>(_ type: Content.Type, from name: String) throws -> Content {
        try JSONDecoder().decode(type, from: Data(try bytes(name)))
    }
}

/// What Pillow sees in a picture file.
struct DecodingCase: Decodable, Sendable {
    let name: String
    let width: Int
    let height: Int
    let channels: Int
    let rgb: Data
    let gray: Data
    let rgba: Data

    static let all = (try? Golden.read([DecodingCase].self, from: "decoding.json")) ?? []
}
