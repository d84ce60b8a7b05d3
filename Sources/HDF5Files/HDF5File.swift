import CHDF5
import Glibc

/// An HDF5 file, open for as long as this object or one of its datasets lives.
///
/// Files are written in the format of HDF5 1.8, which h5py, MATLAB, R and netCDF read, without time stamps and without
/// creation order, so that equal content written in equal order gives equal bytes. Two files may be used from two
/// threads; their calls take turns.
public final class HDF5File: Sendable {
    /// Path of the file as it was given.
    public let path: String

    /// Whether this object made the file, or reopened it to write on.
    public var isWritable: Bool { writing != nil }

    private let writing: WritingState?
    let handle: Handle

    /// Bytes that one read may ask for unless its caller says otherwise: 4 GiB.
    public static let defaultReadLimit = 4 << 30

    /// Makes a new file; a file or folder that has this path already stays as it is.
    ///
    /// Write under a private name, `close()`, and rename: until then the file is not whole.
    /// - Throws: `HDF5Error`.
    public init(creating path: String) throws {
        self.path = path
        let writing = WritingState()
        self.writing = writing
        let place = Place(file: path, object: "/", writing: writing)
        var status = stat()
        guard lstat(path, &status) != 0 else { throw place.error(.exists) }
        handle = try Library.call {
            let creation = try place.own(H5Pcreate(CHDF5_file_create_class()), "prepare a file")
            try place.check(H5Pset_obj_track_times(creation.id, false), "switch time stamps off")
            try place.check(H5Pset_link_creation_order(creation.id, 0), "switch creation order off")
            let access = try Self.accessProperties(place)
            try place.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18), "choose the file format")
            errno = 0
            let file = H5Fcreate(path, CHDF5_exclusive(), creation.id, access.id)
            let code = errno
            guard file >= 0 || code == 0 else {
                H5Eclear2(CHDF5_error_stack())
                throw place.error(.unreachable(reason: String(cString: strerror(code))))
            }
            return try place.own(file, "create the file")
        }
    }

    /// Opens a file for reading, without the library's own file locks, which fail on some network file systems.
    ///
    /// libhdf5 is known to crash or spin on some damaged files. Unless `isTrusted`, the file is therefore first read by
    /// a process apart (see `Rehearsal`), which costs about as long again as listing its objects and refuses nearly all
    /// such files, not every one. Files that this program wrote and whose digests were checked may be trusted.
    /// - Throws: `HDF5Error`.
    public init(opening path: String, isTrusted: Bool = false) throws {
        self.path = path
        writing = nil
        let place = Place(file: path, object: "/")
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw place.error(.unreachable(reason: String(cString: strerror(errno))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw place.error(.unreachable(reason: "it is not a file")) }
        guard access(path, R_OK) == 0 else {
            throw place.error(.unreachable(reason: String(cString: strerror(errno))))
        }
        if !isTrusted { try Rehearsal.perform(path, fileBytes: Int(status.st_size)) }
        handle = try Library.call {
            let access = try Self.accessProperties(place)
            let file = H5Fopen(path, CHDF5_read_only(), access.id)
            guard file >= 0 else { throw place.error(.notHDF5(words: ErrorStack.takeWords())) }
            return Handle(file)
        }
    }

    /// Opens a file that this program made and closed, to write values into datasets that it has.
    ///
    /// The file is first read by a process apart, as by `init(opening:)`: one that was being written when the machine
    /// stopped may be damaged.
    /// - Throws: `HDF5Error`.
    public init(reopening path: String) throws {
        self.path = path
        let writing = WritingState()
        self.writing = writing
        let place = Place(file: path, object: "/", writing: writing)
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, R_OK | W_OK) == 0 else {
            throw place.error(.unreachable(reason: errno == 0 ? "it is not a file" : String(cString: strerror(errno))))
        }
        try Rehearsal.perform(path, fileBytes: Int(status.st_size))
        handle = try Library.call {
            let access = try Self.accessProperties(place)
            try place.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18), "choose the file format")
            let file = H5Fopen(path, CHDF5_read_write(), access.id)
            guard file >= 0 else { throw place.error(.notHDF5(words: ErrorStack.takeWords())) }
            return Handle(file, of: writing)
        }
    }

    /// Hands everything that was written so far to the system.
    /// - Throws: `HDF5Error`.
    public func flush() throws {
        try Library.call { _ = try place("/").check(H5Fflush(handle.id, H5F_SCOPE_LOCAL), "write the file out") }
    }

    /// Writes everything out and closes the file. Whoever writes a file calls this: only here a full disk shows.
    ///
    /// The file's datasets cannot be used afterwards.
    /// - Throws: `HDF5Error`.
    public func close() throws {
        try Library.call {
            // Closing frees what could not be written and crashes on the way: a file that cannot be written out stays open.
            if isWritable { try place("/").check(H5Fflush(handle.id, H5F_SCOPE_LOCAL), "write the file out") }
            try place("/").check(H5Fclose(handle.id), "write the file out and close it")
        }
    }

    func place(_ object: String) -> Place { Place(file: path, object: object, writing: writing) }

    private static func accessProperties(_ place: Place) throws -> Handle {
        let access = try place.own(H5Pcreate(CHDF5_file_access_class()), "prepare file access")
        try place.check(H5Pset_fapl_sec2(access.id), "choose plain files")
        try place.check(H5Pset_file_locking(access.id, false, true), "switch file locks off")
        // Datasets that are still open would keep the file open and hide a failure to write it out.
        try place.check(H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG), "choose how files close")
        return access
    }
}
