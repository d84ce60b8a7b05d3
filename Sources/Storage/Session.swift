import Dispatch
import Glibc
import JSONValues
import Synchronization

/// What one process does in a store, from its first write on: a folder `<process>-<count>` for objects being made, and
/// a file `owner` in it that says whose it is and is touched every minute.
///
/// A lease is another name of that file, so that one touch renews all of them. Others recognise that of a dead process
/// and remove it.
final class Session: Sendable {
    /// Absolute; nobody else touches what is in here.
    let folder: String

    /// When it began, by the clock of the file system.
    let began: Int

    /// Tells its leases from those of others.
    let inode: UInt64

    private let owner: OpenFile
    private let counter = Atomic<Int>(0)

    /// Nobody else refers to it; cancelling is safe from any thread.
    private nonisolated(unsafe) let renewal: any DispatchSourceTimer

    /// Counts the sessions of this process: somebody may be about to remove the folder of one that has ended, so that no
    /// name is used twice.
    private static let count = Atomic<Int>(0)

    private static let secondsBetweenTouches = 60
    static let ownerName = "owner"

    var ownerPath: String { folder + "/" + Self.ownerName }

    /// - Parameters:
    ///   - path: the folder that all sessions are in.
    ///   - renewal: what else is to be done every minute; takes the inode of that file.
    init(in path: String, renewal alsoRenewed: @escaping @Sendable (_ inode: UInt64) -> Void) throws(FileSystemError) {
        try FileSystem.makeFolder(path, makingParents: false)
        var folder: String
        repeat {
            folder = "\(path)/\(ProcessName.current)-\(Self.count.add(1, ordering: .relaxed).newValue)"
        } while try !FileSystem.makeNewFolder(folder)
        self.folder = folder
        do throws(FileSystemError) {
            owner = try OpenFile(creating: folder + "/" + Self.ownerName)
            let status = try owner.status()
            (began, inode) = (status.modified, status.inode)
            var record = ProcessIdentity.current.json
            record["began"] = .integer(began)
            try owner.write(JSONValue.object(record).compactText + "\n")
        } catch {
            // Others, this process too, would take it for a session whose beginning is not known.
            try? FileSystem.remove(folder)
            throw error
        }
        renewal = DispatchSource.makeTimerSource()
        renewal.schedule(
            deadline: .now() + .seconds(Self.secondsBetweenTouches), repeating: .seconds(Self.secondsBetweenTouches))
        // By descriptor: a lease that was taken over meanwhile is another file, and is left alone.
        renewal.setEventHandler { [owner, inode] in
            try? owner.touch()
            alsoRenewed(inode)
        }
        renewal.activate()
    }

    /// A place in ``folder`` where nothing is.
    func newPath() -> String { "\(folder)/\(counter.add(1, ordering: .relaxed).newValue)" }

    /// Now, by the clock of the file system.
    func time() throws(FileSystemError) -> Int {
        try owner.touch()
        return try owner.status().modified
    }

    deinit {
        renewal.cancel()
        try? FileSystem.remove(folder)
    }
}

/// A file that is kept open.
private final class OpenFile: Sendable {
    private let path: String
    private let file: Int32

    init(creating path: String) throws(FileSystemError) {
        self.path = path
        file = try FileSystem.call("create", path) { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
    }

    func write(_ text: String) throws(FileSystemError) {
        try FileSystem.write(Array(text.utf8), to: file, path: path)
    }

    func status() throws(FileSystemError) -> FileSystem.Status {
        var info = stat()
        try FileSystem.call("look at", path) { fstat(file, &info) }
        return FileSystem.Status(info)
    }

    /// Sets the time of change to now, by the clock of the file system.
    func touch() throws(FileSystemError) { try FileSystem.call("touch", path) { futimens(file, nil) } }

    deinit { FileSystem.close(file) }
}

/// A process's session as others see it: by its folder's name and what its owner file says.
struct SeenSession: Sendable {
    let name: String
    /// `nil` where the owner file is missing or cannot be read.
    let owner: ProcessIdentity?
    /// Nanoseconds since 1970, by the clock of the file system.
    let began: Int?
    /// When it was last renewed.
    let renewed: Int?
    private let folder: FileSystem.Status?
    private let path: String

    /// The sessions of another machine or container that were not renewed for so long are taken for dead: a machine may
    /// sleep over a weekend, and removing what it is working on would make it fail.
    private static let patience = 7 * 86_400 * 1_000_000_000

    init(_ name: String, in path: String) {
        self.name = name
        self.path = path
        folder = (try? FileSystem.status(of: path + "/" + name)) ?? nil
        let file = path + "/" + name + "/" + Session.ownerName
        renewed = ((try? FileSystem.status(of: file)) ?? nil)?.modified
        let json = (try? FileSystem.read(file)).flatMap { try? JSONDocument(parsing: $0).root }
        owner = json.flatMap(ProcessIdentity.init(json:))
        began = json?["began"]?.int
    }

    /// Whether nobody will go on with it.
    ///
    /// - Parameter now: by the clock of the file system.
    func isOver(now: Int) -> Bool {
        if let owner {
            switch owner.life(onSharedDisk: FileSystem.isShared(path)) {
            case .alive: return false
            case .dead: return true
            case .unknown: return now - (renewed ?? now) > Self.patience
            }
        }
        // Nothing that a process of ours ever makes here.
        guard let dash = name.lastIndex(of: "-"), let process = ProcessName(ending: name[..<dash]), let folder,
            folder.isFolder
        else { return true }
        // Killed between the folder and its owner file.
        return process.isProvablyDead || now - folder.modified > Self.patience
    }
}
