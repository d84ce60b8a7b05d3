import Foundation
import HDF5Files
import TestSupport

/// Path of a file that Scripts/golden/hdf5.py made.
func golden(_ name: String) -> String {
    Bundle.module.resourceURL!.appendingPathComponent("Golden").appendingPathComponent(name).path
}

func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

func save(_ bytes: some Sequence<UInt8>, _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// Makes a file, lets `fill` write to it, closes it and returns its path.
@discardableResult
func makeFile(_ path: String, _ fill: (HDF5File) throws -> Void) throws -> String {
    let file = try HDF5File(creating: path)
    try fill(file)
    try file.close()
    return path
}

/// What `body` throws, `nil` if it returns or throws something else.
func problem(_ body: () throws -> Void) -> HDF5Error.Problem? {
    do {
        try body()
        return nil
    } catch let error as HDF5Error {
        return error.problem
    } catch {
        return nil
    }
}

func digestStream(_ path: String) throws -> [UInt8] {
    var stream: [UInt8] = []
    try DataDigest.stream(HDF5File(opening: path)) { stream += $0 }
    return stream
}
