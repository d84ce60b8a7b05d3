import Foundation
import Testing

/// Files that cannot grow any more, as on a full disk: an error with the system's words, and no crash.
@Suite struct FullDiskTests {
    /// Limits in blocks of 1024 bytes: they end the weights, or the HDF5 file at different points of its writing.
    @Test(arguments: [1, 40, 200, 600, 2000]) func `a file that cannot be written ends the run with status 1`(
        limit: Int
    ) throws {
        let workspace = try Workspace()
        try workspace.write(
            """
            {"stages": {
              "shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 200 } },
              "pca": { "stage": "reduce.pca", "inputs": { "points": "shapes" }, "parameters": { "dimensions": 190 } },
              "net": { "stage": "model.load", "parameters": { "architecture": "cifar10-cnn" } } }}
            """, to: "p.json")
        // An ignored SIGXFSZ is inherited: writing beyond the limit then fails as writing to a full disk does.
        let outcome = try Program.run(
            URL(fileURLWithPath: "/bin/bash"),
            ["-c", "trap '' XFSZ; ulimit -f \(limit); exec \"$0\" run p.json", Program.path.path], in: workspace.url)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
    }

    @Test func `results that cannot be printed end with status 1`() throws {
        let workspace = try Workspace()
        let outcome = try Program.run(
            URL(fileURLWithPath: "/bin/bash"), ["-c", "exec \"$0\" stages --json > /dev/full", Program.path.path],
            in: workspace.url)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors == """
                cannot write standard output: No space left on device
                  fix: make room, or send the output elsewhere; then run again

                """)
    }

    /// Whether this user may mount a disk of their own.
    private static let canMount =
        (try? Program.run(
            URL(fileURLWithPath: "/bin/bash"), ["-c", "unshare -rm mount -t tmpfs tmpfs /mnt"],
            in: URL(fileURLWithPath: "/")))?.status == 0

    @Test(.enabled(if: canMount)) func `pruning makes room where no byte is free`() throws {
        let workspace = try Workspace()
        try workspace.write(
            #"{"stages": {"shapes": { "stage": "dataset.load", "parameters": { "format": "shapes", "count": 9 } } }}"#,
            to: "p.json")
        let script = """
            mkdir disk && mount -t tmpfs -o size=4m tmpfs disk || exit 3
            "$0" run p.json --store disk/store && rm -r runs || exit 4
            dd if=/dev/zero of=disk/rest bs=4096 2>/dev/null
            ! echo x 2>/dev/null > disk/more || exit 5
            "$0" cache prune --older-than 0s --store disk/store && ls disk/store
            """
        let outcome = try Program.run(
            URL(fileURLWithPath: "/usr/bin/unshare"), ["-rm", "/bin/bash", "-c", script, Program.path.path],
            in: workspace.url)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("removed 1 result, "), "\(outcome)")
        // For the next time.
        #expect(outcome.output.contains("\nreserve\n"), "\(outcome)")
    }
}
