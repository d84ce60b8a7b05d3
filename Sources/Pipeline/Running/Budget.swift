/// Jobs, cores and memory that running stages share.
struct Budget {
    /// What a stage asks for.
    struct Demand: Equatable {
        var threads: Int
        /// Bytes; 0 where the pipeline file says nothing.
        var memory: Int
    }

    private let total: Demand
    private let jobs: Int
    private var free: Demand
    private(set) var running = 0

    /// - Precondition: `jobs` and `threads` are positive.
    init(jobs: Int, threads: Int, memory: Int) {
        precondition(jobs > 0 && threads > 0, "\(jobs) jobs on \(threads) threads")
        total = Demand(threads: threads, memory: max(0, memory))
        self.jobs = jobs
        free = total
    }

    /// What a stage with these resources gets: its own number of threads or an equal share, and no more than there is.
    func demand(of resources: Resources) -> Demand {
        Demand(
            threads: min(total.threads, resources.threads ?? max(1, total.threads / jobs)),
            memory: min(total.memory, resources.memory ?? 0))
    }

    /// Whether a stage wants more memory than all there is; it then runs alone.
    func isExceeded(by resources: Resources) -> Bool { resources.memory ?? 0 > total.memory }

    /// Whether nothing fits beside what runs.
    var isFull: Bool { running >= jobs || (running > 0 && free.threads < 1) }

    /// Whether a demand fits beside what runs.
    func fits(_ demand: Demand) -> Bool {
        running == 0 || (running < jobs && demand.threads <= free.threads && demand.memory <= free.memory)
    }

    mutating func take(_ demand: Demand) {
        running += 1
        free.threads -= demand.threads
        free.memory -= demand.memory
    }

    mutating func giveBack(_ demand: Demand) {
        running -= 1
        free.threads += demand.threads
        free.memory += demand.memory
    }
}
