import CKernels

/// Exponential and logarithm with the same bits on every processor, which libm does not promise.
package enum Elementary {
    package static func exp(_ x: Double) -> Double { ck_exp(x) }
    package static func log(_ x: Double) -> Double { ck_log(x) }
    package static func log2(_ x: Double) -> Double { ck_log(x) / ck_log(2) }
}
