import Datasets
import Foundation

/// Times how fast the pictures of a folder become batches of pixels.
///
///     decoding-benchmark FOLDER THREADS [PIXELS-FILE]
///
/// FOLDER has one folder per class. Pictures are decoded, resized to 256 on the shorter side, and cut to 224 × 224 in
/// batches of 32. Prints one line of JSON: images, and images per second after the headers were read. PIXELS-FILE, if
/// given, receives the bytes of the first 20 pictures, `[samples, channels, height, width]`.
@main struct Benchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        var specification = DatasetSpecification(format: "image-folder")
        (specification.resize, specification.crop) = (256, 224)
        let files = try specification.files(at: arguments[1])
        let dataset = try Dataset(
            opening: DatasetDescription(checking: specification, files: files),
            paths: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.path) }))
        if arguments.count > 3 {
            let bytes = try dataset.bytes(at: Array(0..<min(20, dataset.count)))
            try Data(bytes).write(to: URL(fileURLWithPath: arguments[3]))
        }

        let clock = ContinuousClock()
        var count = 0
        let duration = try clock.measure {
            let batches = dataset.batches(of: 32, threads: Int(arguments[2])!)
            while let batch = try batches.next() { count += batch.indices.count }
        }
        print(#"{"images": \#(count), "images_per_second": \#(Double(count) / (duration / .seconds(1)))}"#)
    }
}
