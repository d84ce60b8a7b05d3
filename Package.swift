// swift-tools-version: 6.1
import PackageDescription

// The targets below are the architecture, read top to bottom: arrows only point upwards in this file.
// Science never imports the pipeline, the pipeline never imports science; `Stages` alone knows both.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

func source(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "convscope",
    products: [.executable(name: "convscope", targets: ["convscope"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.0"..<"5.0.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
    ],
    targets: [
        // MARK: - C libraries, one door each

        /** Dense linear algebra: matrix products and eigenvectors. */
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        /** Convolutions, pooling and their gradients; ships no pkg-config file. */
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        /** HDF5 files. */
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        /** Raster and vector drawing for plots. */
        .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        /** Gzip streams. */
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        /** What Linux offers and Swift's Glibc does not declare. */
        .systemLibrary(name: "CLinux"),
        /** PNG and JPEG behind status codes: both libraries report errors by longjmp, which must not cross Swift. */
        .target(
            name: "CImageCodecs", cSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
        /** The hot loops that need wide vectors, compiled once per instruction set and chosen at start-up. */
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),

        // MARK: - Values

        /** JSON text to values that remember where they stood, and back, canonically. */
        source("JSONValues"),
        /** The value every numeric target passes around; threads, random numbers, products, eigenvectors. */
        source("Tensors", ["COpenBLAS", "CKernels"]),

        // MARK: - Files

        /** Tensors in and out of HDF5, streamed. */
        source("HDF5Files", ["Tensors", "CHDF5"]),
        /** Files that other programs made, read without trusting them. */
        source("ForeignFiles", ["CZlib"]),
        /** Pictures in, pictures and plots out. */
        source("Imaging", ["Tensors", "CImageCodecs", "CCairo", "CKernels"]),

        // MARK: - Science

        /** Runs a convolutional network forward and backward and lets you look inside. */
        source("NeuralNetwork", ["Tensors", "JSONValues", "COneDNN", "CKernels"]),
        /** Fits a network to labelled images. */
        source("Training", ["NeuralNetwork", "Tensors", "CKernels"]),
        /** Networks and weights from files and back. */
        source("ModelFormats", ["ForeignFiles", "NeuralNetwork", "Tensors", "JSONValues"]),
        /** Labelled batches of images from files. */
        source("Datasets", ["ForeignFiles", "Tensors", "Imaging", "JSONValues", "CZlib"]),
        /** Many dimensions to two, and how well that went. */
        source("Embedding", ["Tensors", "COpenBLAS", "CKernels"]),
        /** What input a unit asks for. */
        source("FeatureVisualization", ["NeuralNetwork", "Tensors", "CKernels"]),
        /** What units answer to a whole set of images: the most exciting ones, the silent, the shape of it all. */
        source("UnitStatistics", ["NeuralNetwork", "Tensors"]),
        /** How units are wired together. */
        source("Circuits", ["UnitStatistics", "NeuralNetwork", "Tensors"]),

        /** Which pixels an answer is owed to. */
        source("Attribution", ["NeuralNetwork", "Tensors"]),

        // MARK: - Pipeline

        /** Bytes by hash, whole or absent; knows no tensor and no stage. */
        source("Storage", ["JSONValues", "CLinux", .product(name: "Crypto", package: "swift-crypto")]),
        /** Reads a pipeline file, checks all of it, plans, runs, remembers; knows no science. */
        source("Pipeline", ["Storage", "JSONValues"]),
        /** What a stage has to show, and the page that shows it. */
        .target(
            name: "Reporting",
            dependencies: [
                "Pipeline", "Storage", "JSONValues", .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Templates")], swiftSettings: strict),
        /** Thin adapters from the pipeline to the science, and the one list of them. */
        source(
            "Stages",
            [
                "Pipeline", "Reporting", "HDF5Files", "Imaging", "NeuralNetwork", "Training", "ModelFormats",
                "Datasets",
                "Embedding", "FeatureVisualization", "Circuits", "UnitStatistics", "Attribution", "Tensors",
                "JSONValues",
            ]),
        /** The command line: arguments to calls. */
        .executableTarget(
            name: "convscope",
            dependencies: [
                "Stages", "Pipeline", "Storage", "Reporting", "ForeignFiles", "ModelFormats", "Datasets", "Imaging",
                "NeuralNetwork", "JSONValues", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // MARK: - Measurements

        /** Times the engine alone; `Scripts/benchmarks/engine` pairs it with PyTorch. */
        .executableTarget(
            name: "engine-benchmark", dependencies: ["NeuralNetwork", "ModelFormats", "Tensors"],
            path: "Scripts/benchmarks/EngineBenchmark", swiftSettings: strict),
        /** Times training steps; `Scripts/benchmarks/training` pairs them with PyTorch. */
        .executableTarget(
            name: "training-benchmark", dependencies: ["Training", "NeuralNetwork", "Tensors"],
            path: "Scripts/benchmarks/TrainingBenchmark", swiftSettings: strict),
        /** Times decoding and resizing; `Scripts/benchmarks/decoding` pairs it with torchvision and Pillow. */
        .executableTarget(
            name: "decoding-benchmark", dependencies: ["Datasets"], path: "Scripts/benchmarks/DecodingBenchmark",
            swiftSettings: strict),

        /** Stages that cost nothing on the real runner; `Scripts/benchmarks/runner` times it, the crash suite kills it. */
        .executableTarget(
            name: "runner-benchmark",
            dependencies: [
                "Pipeline", "Storage", "JSONValues",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Scripts/benchmarks/RunnerBenchmark", swiftSettings: strict),

        // MARK: - Tests

        /** Comparisons that report the worst element, golden readers, temporary folders. */
        .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("JSONValues"),
        tests("Tensors"),
        tests("HDF5Files", ["Tensors"], resources: [.copy("Golden")]),
        tests("ForeignFiles", ["JSONValues"], resources: [.copy("Golden")]),
        tests("Imaging", ["Tensors"], resources: [.copy("Golden")]),
        tests("NeuralNetwork", ["Tensors", "ModelFormats", "JSONValues"], resources: [.copy("Golden")]),
        tests(
            "Training", ["NeuralNetwork", "ModelFormats", "Datasets", "JSONValues", "Tensors"],
            resources: [.copy("Golden")]),
        tests(
            "ModelFormats", ["ForeignFiles", "NeuralNetwork", "Tensors", "JSONValues", "CZlib"],
            resources: [.copy("Golden")]),
        tests("Datasets", ["ForeignFiles", "Tensors", "Imaging", "JSONValues"], resources: [.copy("Golden")]),
        tests("Embedding", ["Tensors"], resources: [.copy("Golden")]),
        tests(
            "FeatureVisualization", ["NeuralNetwork", "ModelFormats", "JSONValues", "Tensors"],
            resources: [.copy("Golden")]),
        tests(
            "Circuits", ["UnitStatistics", "NeuralNetwork", "ModelFormats", "JSONValues", "Tensors"],
            resources: [.copy("Golden")]),
        tests("Attribution", ["NeuralNetwork", "ModelFormats", "JSONValues", "Tensors"], resources: [.copy("Golden")]),
        tests("UnitStatistics", ["NeuralNetwork", "Tensors"]),
        /** A process that uses a store, to be killed. */
        .executableTarget(
            name: "store-worker", dependencies: ["Storage", "JSONValues"], path: "Tests/StoreWorker",
            swiftSettings: strict),
        tests("Storage", ["store-worker", "JSONValues"]),
        tests("Pipeline", ["Storage", "JSONValues"]),
        /** Kills, starves and crowds processes on one store. */
        .testTarget(
            name: "CrashTests",
            dependencies: ["TestSupport", "Storage", "JSONValues", "runner-benchmark", "convscope"],
            swiftSettings: strict),
        tests("Reporting", ["Pipeline", "Storage", "JSONValues"]),
        tests(
            "Stages",
            [
                "Pipeline", "Storage", "HDF5Files", "Imaging", "ModelFormats", "NeuralNetwork", "Embedding",
                "JSONValues", "Tensors",
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport", "HDF5Files", "Tensors", "JSONValues", "CZlib", "convscope"],
            swiftSettings: strict),
    ]
)

// `Scripts/fuzz/run` builds everything instrumented and apart; the usual build knows nothing of it.
if Context.environment["CONVSCOPE_FUZZ"] != nil {
    package.targets += [
        /** libFuzzer, and a limit on memory. */
        .target(name: "CFuzzer", path: "Scripts/fuzz/CFuzzer"),
        /** Each parser of files that others made, behind one program. */
        .executableTarget(
            name: "fuzzer",
            dependencies: [
                "CFuzzer", "ForeignFiles", "ModelFormats", "Datasets", "Imaging", "NeuralNetwork", "Pipeline",
                "JSONValues",
            ],
            path: "Scripts/fuzz/Fuzzer", swiftSettings: strict),
    ]
}
