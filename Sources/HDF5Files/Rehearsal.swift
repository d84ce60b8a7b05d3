import CHDF5
import Glibc

/// A trial reading of a file in a process apart, before this one touches it.
///
/// About one in a hundred random changes to a file makes libhdf5 1.10.8 crash or spin. A forked copy of this process
/// therefore reads first whatever the file's own structures steer: every object and attribute, the index of every chunked
/// dataset, texts, and packed chunks up to a budget. If the copy dies, the file is refused; if it only meets errors, so
/// will the real reading.
///
/// This makes a crash rare; it does not exclude one. The library reads past the ends of some damaged attributes and types,
/// and whether that is fatal depends on what lies behind them in memory, which differs between the copy and this process.
enum Rehearsal {
    /// Processor time that the copy may use, in seconds, for a file of some bytes: far more than a sound one needs.
    private static func seconds(bytes: Int) -> UInt32 { 2 + UInt32(clamping: bytes / (16 << 20)) }

    /// Memory that the copy may map beyond what this process has.
    private static let mappable = 2 << 30

    /// Bytes of unpacked chunks and of texts that are read on trial.
    private static let budget = 256 << 20

    /// - Throws: `HDF5Error`: `.dangerous` when the copy did not come to its end, `.inconsistent` when it found parts
    ///   that contradict each other.
    static func perform(_ path: String, fileBytes: Int) throws {
        let result = Library.call {
            var path = path
            return withUnsafeMutablePointer(to: &path) { context in
                CHDF5_rehearse(
                    { context in
                        Library.reopenAfterFork()
                        return Rehearsal.accepts(context!.assumingMemoryBound(to: String.self).pointee)
                    }, context, seconds(bytes: fileBytes), UInt(mappedBytes()), UInt(mappable))
            }
        }
        let problem: HDF5Error.Problem
        switch (result.outcome, result.signal) {
        case (CHDF5_accepted, _): return
        case (CHDF5_killed, SIGXCPU), (CHDF5_killed, SIGALRM), (CHDF5_killed, SIGKILL):
            problem = .dangerous(end: "did not come to an end")
        case (CHDF5_killed, let signal): problem = .dangerous(end: "crashed (\(String(cString: strsignal(signal))))")
        case (CHDF5_refused, _): problem = .inconsistent("parts of it claim more bytes than they have")
        default: problem = .unreachable(reason: "no process could be started for a trial reading")
        }
        throw HDF5Error(file: path, object: "/", problem: problem)
    }

    /// Reads a file; false when its parts contradict each other. Errors are left to the real reading, which meets them.
    private static func accepts(_ path: String) -> Bool {
        guard let file = try? HDF5File(opening: path, isTrusted: true), let entries = try? file.tree() else {
            return true
        }
        var remaining = budget
        for entry in entries {
            switch entry.content {
            case .group, .dataset, .namedType, .unreadable:
                if Library.call({ hasImpossibleAttributes(entry.path, in: file) }) { return false }
            default: continue
            }
            if case .dataset(let dataset) = entry.content {
                if Library.call({ (try? dataset.hasShortChunks()) ?? false }) { return false }
                dataset.rehearse(&remaining)
            }
        }
        return true
    }

    /// Also true where the attributes cannot be listed: the library reads past their ends before it notices.
    private static func hasImpossibleAttributes(_ path: String, in file: HDF5File) -> Bool {
        guard let object = try? file.open(path) else { return false }
        return (try? AttributeAccess(object: object, place: file.place(path)).hasImpossibleSizes()) ?? true
    }

    /// Size of this process's address space, from the first number of `/proc/self/statm`, in pages.
    private static func mappedBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 1 << 40 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 1 << 40 }
        return strtol(line, nil, 10) * sysconf(Int32(_SC_PAGESIZE))
    }
}

extension HDF5Dataset {
    /// Reads what is dangerous to read and drops it; takes what it unpacks off `remaining`.
    fileprivate func rehearse(_ remaining: inout Int) {
        _ = try? axisNames()
        _ = try? scalePaths()
        guard rowCount > 0 else { return }
        if chunk != nil {
            Library.call {
                var count: hsize_t = 0
                guard let space = try? place.own(H5Dget_space(handle.id), "read the shape") else { return }
                H5Dget_num_chunks(handle.id, space.id, &count)
            }
        }
        let isText = type.canBeRead(as: .string)
        let isPacked = !filters.isEmpty && type.canBeRead(as: .float64)
        guard isText || isPacked else { return rehearsePlain() }
        let rowBytes = rowElements.saturatingProduct(with: max(type.byteCount, 16))
        let rows = min(rowCount, remaining / max(rowBytes, 1))
        guard rows > 0 else { return }
        remaining -= rows * rowBytes
        if isText {
            _ = try? readStrings(rows: 0..<rows, limit: 64 << 20)
        } else {
            _ = try? read(Double.self, rows: 0..<rows)
        }
    }
    /// Reads the first and the last row as they stand in the file: the places where an address can be wrong.
    private func rehearsePlain() {
        let rowBytes = rowElements.saturatingProduct(with: type.byteCount)
        guard !type.hasVariableParts, rowBytes <= Self.mostPlainBytes else { return }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: rowBytes, alignment: 64)
        defer { bytes.deallocate() }
        Library.call {
            for row in [0, rowCount - 1] { try? readRaw(rows: row..<row + 1, as: type.handle.id, into: bytes) }
        }
    }

    private static let mostPlainBytes = 1 << 24
}
