// Proves that a page of another site cannot make a person's cookies act.
import Testing

@testable import Authentication

struct RequestOriginTests {
    private static let own: Set<String> = ["https://gate.example"]

    @Test(
        arguments: [
            ("POST", "https://gate.example", "same-origin", true), ("POST", "https://gate.example", nil, true),
            ("POST", nil, "same-origin", true), ("POST", nil, nil, false), ("POST", "null", nil, false),
            ("POST", "", nil, false), ("POST", "https://evil.example", nil, false),
            ("POST", "https://gate.example.evil.example", nil, false), ("POST", "http://gate.example", nil, false),
            ("POST", "https://gate.example:444", nil, false), ("POST", "HTTPS://gate.example", nil, false),
            ("POST", "https://evil.example", "same-origin", false),
            ("POST", "https://gate.example", "cross-site", false),
            ("POST", nil, "same-site", false), ("POST", nil, "none", false), ("POST", nil, "", false),
            ("DELETE", nil, nil, false), ("PUT", nil, nil, false), ("PATCH", nil, nil, false), ("get", nil, nil, false),
            ("GET", "https://evil.example", "cross-site", true), ("HEAD", nil, nil, true), ("OPTIONS", nil, nil, true),
        ] as [(String, String?, String?, Bool)])
    func requests(method: String, origin: String?, site: String?, isOwn: Bool) {
        #expect(RequestOrigin(method: method, origin: origin, fetchSite: site).isOwn(Self.own) == isOwn)
    }
}
