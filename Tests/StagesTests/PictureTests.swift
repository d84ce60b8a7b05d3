import Storage
import TestSupport
import Testing

/// Pictures that would be too long for a page, or for a file.
@Suite struct PictureTests {
    private static let files = [
        "wide.json": """
        { "name": "wide", "input": [3, 32, 32], "layers": [
          { "name": "first", "kind": "convolution", "in_channels": 3, "out_channels": 600, "kernel": 3, "stride": 4 },
          { "name": "relu", "kind": "relu" },
          { "name": "second", "kind": "convolution", "in_channels": 600, "out_channels": 260, "kernel": 1 } ] }
        """
    ]

    private static let net = """
        "net": { "stage": "model.load", "parameters": { "architecture": "wide.json", "seed": 1 } }
        """

    @Test func `filters of more rows than a picture has become several pictures`() throws {
        let workspace = try StageWorkspace(
            Self.net + """
                , "filters": { "stage": "filters.show", "inputs": { "model": "net" }, "parameters": { "limit": 1024, "channels": 2 } }
                """, files: Self.files)
        let pictures = try FileSystem.list(workspace.path("runs/p/outputs/filters/pictures")).sorted()
        // 75 rows of eight colour pictures; 260 rows of two kernels.
        #expect(
            pictures == [
                "first.png", "first~2.png", "second.png", "second~2.png", "second~3.png", "second~4.png",
                "second~5.png",
            ])
    }

    @Test(arguments: [(0, false), (3, true)])
    func `the way of an image through the layers is drawn where it is asked for`(channels: Int, isDrawn: Bool) throws {
        let workspace = try StageWorkspace(
            Self.net + """
                , "images": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 4 } },
                "maps": {
                  "stage": "activations.maps", "inputs": { "model": "net", "dataset": "images" },
                  "parameters": { "samples": [1, 3], "channels": 4, "path": \(channels) }
                }
                """, files: Self.files)
        let pictures = Set(try FileSystem.list(workspace.path("runs/p/outputs/maps/pictures")))
        #expect(pictures.isSuperset(of: ["image-0-first.png", "image-1-second.png"]))
        #expect(pictures.contains("image-0-path.png") == isDrawn)
        #expect(pictures.contains("image-1-path.png") == isDrawn)
    }
}
