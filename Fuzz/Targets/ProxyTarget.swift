internal import HTTP

/// The PROXY protocol's header: a length that is known early is kept to, whatever is read lies inside, and a header
/// cut short is never one.
struct ProxyTarget: FuzzTarget {
    static let name = "proxy"

    func run(_ input: [UInt8]) {
        let whole = outcome(input)
        if case .success(let header) = whole {
            if let source = header.source {
                precondition(source.address.count == 4 || source.address.count == 16)
                precondition(contains(input, source.address), "an address from nowhere")
            }
            precondition(input.count <= ProxyHeader.longest)
            for count in 0..<input.count {
                guard case .failure = outcome(Array(input[..<count])) else { preconditionFailure("half a header") }
            }
            precondition(length(input) == input.count)
        }
        // What was said of a beginning holds when more comes.
        var known: Int?
        for count in 0...min(input.count, ProxyHeader.prefixLength + 4) {
            let now = length(Array(input[..<count]))
            if let known { precondition(now == known, "the length changed") }
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
