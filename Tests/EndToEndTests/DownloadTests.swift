import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: RealData.exists && Python(with: "http.server") != nil, "needs ../shared/data and Python"))
struct DownloadTests {
    @Test func `downloads are continued, checked and not repeated`() throws {
        let outcome = try #require(Python(with: "http.server")).run("download.py", [RealData.folder.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
