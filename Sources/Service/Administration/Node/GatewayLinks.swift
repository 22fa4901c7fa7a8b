internal import AdministrationClient
internal import Files
internal import Installation
internal import JSON
internal import Runtime
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
    private static let maximumNodes = 1024

    nonisolated var nodes: [NodeID] {
        let names = (try? Folder.names(folder.run)) ?? []
        return names.filter { $0.hasSuffix(".sock") }.compactMap { NodeID($0.dropLast(5)) }.sorted()
            .prefix(GatewayLinks.maximumNodes).map { $0 }
    }

    /// Asks all of them at once; the replies in order of their names.
    func send(
        _ method: AdminClient.Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json"
    ) async -> [Reply] {
        await withTaskGroup(of: Reply.self) { group in
            for node in nodes {
                let client = AdminClient(gateway: node, in: folder)
                group.addTask(executorPreference: EventLoop.executor) { @EventLoop in
                    // A node that is down learns of it from the store when it starts.
                    Reply(node: node, answer: try? await client.send(method, path, body: body, type: type))
                }
            }
            var replies: [Reply] = []
            for await reply in group { replies.append(reply) }
            return replies.sorted { $0.node < $1.node }
        }
    }

    /// Makes them take over what the store holds now.
    func refresh() async -> [Reply] { await send("POST", "/control/refresh", body: []) }
}
