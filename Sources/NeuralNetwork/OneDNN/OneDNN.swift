import COneDNN
import Glibc

/// The oneDNN engine of this process, and how its threads are kept in hand.
///
/// Every primitive is made and run on one thread; parallelism is over chunks of samples, above this layer. So results
/// do not depend on the number of threads, and no thread waits for another inside a layer.
enum OneDNN {
    /// The CPU engine. `nonisolated(unsafe)`: an opaque handle that oneDNN allows to be used from any thread.
    nonisolated(unsafe) static let engine: dnnl_engine_t = {
        var engine: dnnl_engine_t?
        check(dnnl_engine_create(&engine, dnnl_cpu, 0), "dnnl_engine_create")
        return engine!
    }()

    /// Traps when a call fails that can only fail by our mistake or for lack of memory.
    static func check(_ status: dnnl_status_t, _ call: StaticString) {
        guard status != dnnl_success else { return }
        fatalError("oneDNN: \(call) failed with status \(status.rawValue)")
    }

    /// Keeps OpenMP, and so oneDNN, on the calling thread.
    static func useOneThread() { setOpenMPThreads?(1) }

    /// Number of channels that lie side by side in the layout convolutions like: a vector register's worth.
    static let channelBlock: Int = {
        let isa = dnnl_get_effective_cpu_isa().rawValue
        return isa & dnnl_cpu_isa_avx512_core.rawValue == dnnl_cpu_isa_avx512_core.rawValue ? 16 : 8
    }()

    /// `omp_set_num_threads`, found at run time: the OpenMP library comes with oneDNN, its headers with the C compiler.
    private static let setOpenMPThreads: (@Sendable @convention(c) (Int32) -> Void)? = {
        guard let symbol = dlsym(nil, "omp_set_num_threads") else { return nil }
        return unsafeBitCast(symbol, to: (@Sendable @convention(c) (Int32) -> Void).self)
    }()
}
