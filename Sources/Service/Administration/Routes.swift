internal import JSON
internal import Runtime

/// One call of `/api`: how it is asked, who may ask, and what answers.
struct Routes {
    enum Who {
        /// A person with a key, or the user at the Unix socket.
        case person
        /// The call looks at the key itself.
        case own
    }

    let method: String
    /// `*` stands for any one part.
    let parts: [String]
    let who: Who
    let serve: @EventLoop (Console, APICall) async throws(APIError) -> JSONWriter

    init(
        _ method: String, _ path: String, _ who: Who = .person,
        _ serve: @escaping @EventLoop (Console, APICall) async throws(APIError) -> JSONWriter
    ) {
        self.method = method
        parts = path.split(separator: "/").map { String($0) }
        self.who = who
        self.serve = serve
    }

    /// - Parameter method: nil for any.
    func matches(_ method: String?, _ path: [String]) -> Bool {
        guard method == nil || method == self.method, path.count == parts.count else { return false }
        return zip(parts, path).allSatisfy { $0 == "*" || $0 == $1 }
    }

    @EventLoop static var all: [Routes] {
        [
            Routes("GET", "api/status") { console, call throws(APIError) in try await console.status(call) },
            Routes("GET", "api/people") { console, call throws(APIError) in try await console.listPeople(call) },
            Routes("PUT", "api/people") { console, call throws(APIError) in try await console.putPeople(call) },
            Routes("GET", "api/accounts") { console, call throws(APIError) in try await console.listAccounts(call) },
            Routes("GET", "api/models") { console, call throws(APIError) in try await console.listModels(call) },
            Routes("GET", "api/keys") { console, call throws(APIError) in try await console.listKeys(call) },
            Routes("POST", "api/keys") { console, call throws(APIError) in try await console.createKey(call) },
            Routes("POST", "api/keys/*/revoke") { console, call throws(APIError) in try await console.revokeKey(call) },
            Routes("GET", "api/terms") { console, call throws(APIError) in try await console.showTerms(call) },
            Routes("POST", "api/terms") { console, call throws(APIError) in try await console.publishTerms(call) },
            Routes("POST", "api/terms/accept", .own) { console, call throws(APIError) in
                try await console.acceptTerms(call)
            },
            Routes("PUT", "api/sources/*") { console, call throws(APIError) in try await console.putSource(call) },
            Routes("POST", "api/evidence", .own) { console, call throws(APIError) in
                try await console.takeEvidence(call)
            },
            Routes("GET", "api/cuts") { console, call throws(APIError) in try await console.listCuts(call) },
            Routes("POST", "api/cuts") { console, call throws(APIError) in try await console.orderCut(call) },
            Routes("GET", "api/cuts/*") { console, call throws(APIError) in try await console.showCut(call) },
            Routes("POST", "api/cuts/*/signatures") { console, call throws(APIError) in
                try await console.signReopening(call)
            },
            Routes("GET", "api/approvals") { console, call throws(APIError) in try await console.listApprovals(call) },
            Routes("POST", "api/approvals") { console, call throws(APIError) in try await console.proposeAct(call) },
            Routes("GET", "api/approvals/*") { console, call throws(APIError) in try await console.showApproval(call) },
            Routes("POST", "api/approvals/*/signatures") { console, call throws(APIError) in
                try await console.signApproval(call)
            },
            Routes("POST", "api/approvals/*/retract") { console, call throws(APIError) in
                try await console.retractSignature(call)
            },
            Routes("POST", "api/approvals/*/withdraw") { console, call throws(APIError) in
                try await console.withdrawApproval(call)
            },
            Routes("GET", "api/explain/*") { console, call throws(APIError) in try await console.explain(call) },
            Routes("GET", "api/bundle") { console, call throws(APIError) in try await console.showBundle(call) },
            Routes("POST", "api/bundles") { console, call throws(APIError) in try await console.activateBundle(call) },
            Routes("GET", "api/alerts") { console, call throws(APIError) in try await console.listAlerts(call) },
            Routes("POST", "control/alerts") { console, call throws(APIError) in try await console.takeAlert(call) },
        ]
    }
}
