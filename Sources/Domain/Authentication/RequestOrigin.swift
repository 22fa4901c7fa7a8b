/// Whether a request that is authenticated by a cookie was made by a page of ours: cookies come along whoever asked, so
/// that a page of another site could act for the person in front of it (cross-site request forgery).
///
/// The browser says where a request comes from, twice: `origin` (RFC 6454 section 7) and `sec-fetch-site` (W3C Fetch
/// Metadata section 2.2). Neither can be set by a page. What is said must be right, and one of them must be said.
package struct RequestOrigin: Sendable {
    package var method: String
    package var origin: String?
    package var fetchSite: String?

    package init(method: String, origin: String?, fetchSite: String?) {
        self.method = method
        self.origin = origin
        self.fetchSite = fetchSite
    }

    /// - Parameter own: origins of this installation, as browsers write them.
    package func isOwn(_ own: Set<String>) -> Bool {
        switch method {
        // Change nothing (RFC 9110 section 9.2.1), and other sites may not read the answer.
        case "GET", "HEAD", "OPTIONS": return true
        default: break
        }
        if let origin, !own.contains(where: { $0.utf8.elementsEqual(origin.utf8) }) { return false }
        if let fetchSite, fetchSite != "same-origin" { return false }
        return origin != nil || fetchSite != nil
    }
}
