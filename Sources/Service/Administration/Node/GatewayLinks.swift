internal import AdministrationClient
internal import Files
internal import Identity
internal import Installation
internal import JSON
internal import Runtime
internal import Stores
internal import Vocabulary

/// The gateways of this installation, found by their sockets.
@EventLoop
struct GatewayLinks {
    let folder: DataFolder

    /// What came back from one of them.
    struct Reply: Sendable {
        let node: NodeID
        /// Nil when it did not answer.
        let answer: AdminAnswer?

        var isSuccess: Bool { answer?.isSuccess ?? false }

        /// The answer's JSON, if it was one.
        var json: JSONValue? {
            guard let answer, answer.isSuccess else { return nil }
            var parser = JSONParser()
            return try? parser.parse(answer.body).root
        }
    }

    /// LIMIT: nodes of one installation.
    private nonisolated static let maximumNodes = 1024

    nonisolated var nodes: [NodeID] {
        let names = (try? Folder.names(folder.run)) ?? []
        return names.filter { $0.hasSuffix(".sock") }.compactMap { NodeID($0.dropLast(5)) }.sorted()
            .prefix(GatewayLinks.maximumNodes).map { $0 }
    }

    /// Asks all of them at once; the replies in order of their names.
    func send(
        _ method: AdminClient.Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json",
        patienceSeconds: UInt64 = 30
    ) async -> [Reply] {
        let nodes = nodes
        guard !nodes.isEmpty else { return [] }
        return await withUnsafeContinuation { continuation in
            let collector = ReplyCollector(nodes.count, continuation)
            for node in nodes {
                var client = AdminClient(gateway: node, in: folder)
                client.patienceSeconds = patienceSeconds
                EventLoop.spawn { [client] in
                    // A node that is down learns of it from the store when it starts.
                    let answer = try? await client.send(method, path, body: body, type: type)
                    collector.take(Reply(node: node, answer: answer))
                }
            }
        }
    }

    /// Tells all of them at once what has stopped; none has to read the store for it, and open answers under it have
    /// ended when this returns. A gateway that does not answer learns of it from the store.
    func tell(_ ended: Ended, revision: UInt64) async {
        for piece in EndedNotice(revision: revision, ended: ended).pieces {
            _ = await send("POST", "/control/ended", body: piece.bytes, type: "text/plain", patienceSeconds: 5)
        }
        _ = await refresh()
    }

    /// Makes them take over what the store holds now.
    func refresh() async -> [Reply] { await send("POST", "/control/refresh", body: []) }
}

/// Resumes whoever waits when every node has answered or has been given up.
@EventLoop
private final class ReplyCollector {
    private let count: Int
    private let continuation: UnsafeContinuation<[GatewayLinks.Reply], Never>
    private var replies: [GatewayLinks.Reply] = []

    init(_ count: Int, _ continuation: UnsafeContinuation<[GatewayLinks.Reply], Never>) {
        self.count = count
        self.continuation = continuation
    }

    func take(_ reply: GatewayLinks.Reply) {
        replies.append(reply)
        guard replies.count == count else { return }
        continuation.resume(returning: replies.sorted { $0.node < $1.node })
    }
}
