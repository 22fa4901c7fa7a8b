internal import HTTP

/// The PROXY protocol's header: a length that is known early is kept to, whatever is read lies inside, and a header
/// cut short is never one.
struct ProxyTarget: FuzzTarget {
    static let name = "proxy"

    func run(_ input: [UInt8]) throws {
        let whole = outcome(input)
        if case .success(let header) = whole {
            if let source = header.source {
                try promise(source.address.count == 4 || source.address.count == 16, "an address of another length")
                try promise(contains(input, source.address), "an address from nowhere")
            }
            try promise(input.count <= ProxyHeader.longest, "a header beyond its limit")
            for count in 0..<input.count {
                guard case .failure = outcome(Array(input[..<count])) else {
                    throw BrokenPromise(description: "half a header is read")
                }
            }
            try promise(length(input) == input.count, "another length than its own")
        }
        // What was said of a beginning holds when more comes.
        var known: Int?
        for count in 0...min(input.count, ProxyHeader.prefixLength + 4) {
            let now = length(Array(input[..<count]))
            if let known { try promise(now == known, "the length changed when more came") }
            known = now ?? known
        }
    }

    private func outcome(_ bytes: [UInt8]) -> Result<ProxyHeader, ProxyHeader.Fault> {
        bytes.withUnsafeBytes { all in
            do throws(ProxyHeader.Fault) { return .success(try ProxyHeader.parse(all)) } catch {
                return .failure(error)
            }
        }
    }

    private func length(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { all in
            do throws(ProxyHeader.Fault) { return try ProxyHeader.length(of: all) } catch { return nil }
        }
    }

    private func contains(_ all: [UInt8], _ part: [UInt8]) -> Bool {
        (0...max(0, all.count - part.count)).contains { all[$0...].starts(with: part) }
    }
}
