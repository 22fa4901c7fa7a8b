/// A parser under fuzz. What must always hold is checked with `promise`: a broken promise ends the fuzzer, which keeps
/// the input, and fails the test that replays it.
protocol FuzzTarget: Sendable {
    /// As on the command line, in `Fuzz/parsers` and in `Fuzz/corpus`.
    static var name: String { get }
    init()
    func run(_ input: [UInt8]) throws
}

enum FuzzTargets {
    static let all: [any FuzzTarget.Type] = [
        HTTPHeadTarget.self, HTTPChunksTarget.self, JSONTarget.self, ServerSentEventTarget.self, BundleTarget.self,
        FramesTarget.self, NotesTarget.self, KeysTarget.self, RequestTarget.self, AnswerTarget.self, CBORTarget.self,
        LedgerTarget.self, YAMLTarget.self, ProxyTarget.self, JWTTarget.self, WebAuthnTarget.self,
    ]
}
