/// A parser under fuzz. What must always hold is checked with `precondition`: a broken promise is a crash, and the
/// fuzzer keeps its input.
protocol FuzzTarget: Sendable {
    /// As on the command line and in `Fuzz/corpus`.
    static var name: String { get }
    init()
    func run(_ input: [UInt8])
}

enum FuzzTargets {
    static let all: [any FuzzTarget.Type] = [
        HTTPHeadTarget.self, HTTPChunksTarget.self, JSONTarget.self, RequestTarget.self, AnswerTarget.self,
        CBORTarget.self,
        LedgerTarget.self, YAMLTarget.self, ProxyTarget.self,
    ]
}
