import Foundation
import Storage

/// The style sheet, and the promise that a page loads nothing else.
enum PageStyle {
    static let sheet = String(decoding: PackageResources.page_css, as: UTF8.self)

    /// Nothing from outside, no script, and this style sheet by its digest alone: markup that slipped through would find
    /// every door shut.
    static let contentSecurityPolicy = [
        "default-src 'none'", "img-src data:", "style-src 'sha256-\(base64OfDigest(sheet))'", "base-uri 'none'",
        "form-action 'none'",
    ].joined(separator: "; ")

    private static func base64OfDigest(_ text: String) -> String {
        let digits = Array(Digest(of: text).hex)
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
        return Data(bytes).base64EncodedString()
    }
}
