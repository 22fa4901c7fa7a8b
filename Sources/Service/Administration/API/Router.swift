/// Finds the operation that a method and a path name.
struct Router: Sendable {
    enum Match {
        case found(Operation, path: [String: String])
        /// The path has other methods.
        case otherMethods([String])
        case nothing
    }

    private struct Route: Sendable {
        let operation: Operation
        /// Nil for a part that is a parameter.
        let parts: [(literal: String?, name: String)]
    }

    private let routes: [Route]

    init(_ operations: [Operation]) {
        routes = operations.map { operation in
            Route(
                operation: operation,
                parts: operation.path.split(separator: "/").map { part in
                    guard part.first == "{" else { return (String(part), "") }
                    return (nil, String(part.dropFirst().dropLast()))
                })
        }
    }

    func match(_ method: String, _ path: Substring) -> Match {
        guard let parts = Router.parts(path) else { return .nothing }
        let candidates = routes.filter { Router.fits($0, parts) }
        guard !candidates.isEmpty else { return .nothing }
        // A literal part goes before a parameter: `terms/accept` is not the terms called accept.
        let asked = method == "HEAD" ? "GET" : method
        let matching = candidates.filter { $0.operation.method.rawValue == asked }
        let best = matching.max { Router.literals($0) < Router.literals($1) }
        guard let best else {
            var methods = candidates.map(\.operation.method.rawValue)
            if methods.contains("GET") { methods.append("HEAD") }
            return .otherMethods(Set(methods).sorted())
        }
        var values: [String: String] = [:]
        for (part, value) in zip(best.parts, parts) where part.literal == nil { values[part.name] = value }
        for parameter in best.operation.place where parameter.fault(in: values[parameter.name] ?? "") != nil {
            // What cannot be a name of anything is not there.
            return .found(best.operation, path: [:])
        }
        return .found(best.operation, path: values)
    }

    private static func fits(_ route: Route, _ parts: [String]) -> Bool {
        route.parts.count == parts.count && zip(route.parts, parts).allSatisfy { $0.literal == nil || $0.literal == $1 }
    }

    private static func literals(_ route: Route) -> Int { route.parts.count { $0.literal != nil } }

    /// The parts, decoded; nil for what is no text.
    private static func parts(_ path: Substring) -> [String]? {
        var parts: [String] = []
        for part in path.utf8.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false) {
            guard let text = PercentEncoding.decode(part) else { return nil }
            parts.append(text)
        }
        return parts
    }
}
