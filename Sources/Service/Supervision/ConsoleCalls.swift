internal import AdministrationClient
internal import Installation
internal import JSON
internal import Runtime

/// The administration, as the one who starts it calls it. What it refuses is an error with its own sentence.
@EventLoop
struct ConsoleCalls {
    private let client: AdminClient

    init(_ folder: DataFolder) { client = AdminClient(console: folder) }

    var isReady: Bool {
        get async {
            do throws(AdminFailure) { return try await client.send("GET", "/readyz").status == 200 } catch {
                return false
            }
        }
    }

    /// Nil for 404.
    func get(_ path: String) async throws(SupervisionError) -> JSONValue? {
        try await call("GET", path, nil, absent: 404)
    }

    /// Every entry of a list, page after page.
    func list(_ path: String) async throws(SupervisionError) -> [JSONValue] {
        var items: [JSONValue] = []
        var next: String?
        repeat {
            guard let page = try await get(path + "?limit=500" + (next.map { "&after=" + $0 } ?? "")) else { break }
            items += page["items"].map { Array($0.elements) } ?? []
            next = page["next"]?.string
        } while next != nil
        return items
    }

    func write(
        _ method: StaticString, _ path: String, key: String? = nil, _ members: (inout JSONWriter) -> Void
    ) async throws(SupervisionError) -> JSONValue {
        var writer = JSONWriter()
        writer.object(members)
        guard let answer = try await call(method, path, writer.bytes, key: key) else { throw nothing(method, path) }
        return answer
    }

    /// As `write`; nil when the key is not valid.
    func writeIfKnown(
        _ method: StaticString, _ path: String, key: String, _ members: (inout JSONWriter) -> Void
    ) async throws(SupervisionError) -> JSONValue? {
        var writer = JSONWriter()
        writer.object(members)
        return try await call(method, path, writer.bytes, key: key, absent: 401)
    }

    func post(_ path: String, cbor: [UInt8]) async throws(SupervisionError) -> JSONValue {
        guard let answer = try await call("POST", path, cbor, type: "application/cbor") else {
            throw nothing("POST", path)
        }
        return answer
    }

    /// As `post`; nil for 409.
    func postUnlessConflict(_ path: String, cbor: [UInt8]) async throws(SupervisionError) -> JSONValue? {
        try await call("POST", path, cbor, type: "application/cbor", absent: 409)
    }

    /// Signs a proposal, if this key's holder may.
    func tryToSign(_ proposal: String, key: String) async throws(SupervisionError) {
        do throws(SupervisionError) {
            _ = try await call("POST", "/api/approvals/\(proposal)/signatures", Array("{}".utf8), key: key)
        } catch {
            // Whom the matrix does not ask, and who has signed already.
            guard case .refused(_, let status, _) = error, status == 403 || status == 409 || status == 401 else {
                throw error
            }
        }
    }

    /// - Parameter absent: a status that is no fault; nil is then returned.
    private func call(
        _ method: StaticString, _ path: String, _ body: [UInt8]?, type: String = "application/json", key: String? = nil,
        absent: Int? = nil
    ) async throws(SupervisionError) -> JSONValue? {
        let name = "\(method) \(path)"
        let answer: AdminAnswer
        do throws(AdminFailure) {
            answer = try await client.send(method, path, body: body, type: type, key: key)
        } catch { throw .unanswered(call: name, fault: error.message) }
        if answer.status == absent { return nil }
        var parser = JSONParser()
        // An answer that is no JSON is told by its status alone.
        let value = (try? parser.parse(answer.body))?.root
        guard answer.isSuccess, let value else {
            throw .refused(
                call: name, status: answer.status, message: value?["detail"]?.string ?? "no reason given")
        }
        return value
    }

    private func nothing(_ method: StaticString, _ path: String) -> SupervisionError {
        .unanswered(call: "\(method) \(path)", fault: "no content")
    }
}
