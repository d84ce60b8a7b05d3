import CFuzzer
import Glibc

// libFuzzer has the program's `main` and calls these two.

@_cdecl("LLVMFuzzerInitialize")
func initialize(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer) -> CInt {
    guard getenv("FUZZ_TARGET") != nil else {
        for target in FuzzTarget.all { print(target.name) }
        exit(0)
    }
    fuzzer_watch_memory()
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    FuzzTarget.current.test([UInt8](UnsafeBufferPointer(start: bytes, count: size)))
    return 0
}
