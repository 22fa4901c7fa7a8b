internal import Authentication
internal import Bytes
internal import Crypto
internal import JSON
internal import Passwords
internal import Runtime
internal import SignIn
internal import Transport
internal import Vocabulary

/// One desk with one provider, one passkey and one source.
@EventLoop
final class SampleDesk {
    private let desk: SignInDesk
    private var passkey: Passkey?
    private let source = SourceNetwork(address: [127, 0, 0, 1])
    private static let handle: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    init(_ words: [String]) {
        let provider = IdentityProvider(
            issuer: words[0], clientID: words[1], redirectURI: words[2], allowsPlainHTTP: true)
        let link = ProviderLink(ClientPool(), trust: nil)
        let secret = words.count > 4 ? SecretBytes(Array(words[4].utf8)) : nil
        let client = ProviderClient(provider, secret: secret, over: link)
        let party = RelyingParty(id: "localhost", origins: [words[3]])
        desk = SignInDesk(
            .init(party: party, providers: ["sample": client]), passwords: PasswordWorkers(pepper: SecretBytes([1])))
    }

    func answer(_ line: String) async -> String {
        var parser = JSONParser()
        guard let request = (try? parser.parse(Array(line.utf8)))?.root else { return #"{"error":"no JSON"}"# }
        var writer = JSONWriter()
        do throws(SignInError) {
            let members = try await members(request)
            writer.object { object in
                for (name, value) in members { object.member(name, value) }
            }
        } catch {
            writer = JSONWriter()
            writer.object { $0.member("error", "\(error)") }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func members(_ request: JSONValue) async throws(SignInError) -> [(String, String)] {
        let ticket = request["ticket"]?.string
        let digest = request["act"]?.string.flatMap { Hex.decode($0) }.flatMap { Digest($0) }
        switch request["do"]?.string {
        case "depart":
            let again = request["again"]?.string.map { SignInAttempt.Purpose.again(account: $0) }
            let departure = try await desk.depart(to: "sample", again ?? .signIn)
            return [("url", departure.url), ("ticket", departure.ticket)]
        case "arrive":
            let arrival = try await desk.arrive(request["query"]?.string ?? "", ticket: ticket, from: source)
            return [("issuer", arrival.issuer), ("subject", arrival.subject)]
        case "begin":
            let isNew = request["register"]?.boolean ?? false
            let ceremony = try desk.begin(isNew ? .registration : digest.map { .act(digest: $0) } ?? .signIn)
            return [("challenge", Base64.encodeURL(ceremony.challenge)), ("ticket", ceremony.ticket)]
        case "register":
            let registration = Passkey.Registration(
                clientData: bytes(request, "clientData"), attestation: bytes(request, "attestation"))
            let made = try desk.register(
                registration, ticket: ticket ?? "", userHandle: SampleDesk.handle, from: source)
            passkey = made
            return [("id", Base64.encodeURL(made.id)), ("algorithm", made.algorithm.rawValue)]
        case "assert": return try assert(request, ticket ?? "", digest)
        default: return [("error", "unknown")]
        }
    }

    private func assert(
        _ request: JSONValue, _ ticket: String, _ digest: Digest?
    ) throws(SignInError) -> [(String, String)] {
        guard var key = passkey else { throw .refused(.unknownCredential) }
        let assertion = Passkey.Assertion(
            credentialID: bytes(request, "id"), clientData: bytes(request, "clientData"),
            authenticatorData: bytes(request, "authenticatorData"), signature: bytes(request, "signature"),
            userHandle: bytes(request, "userHandle"))
        if let digest {
            _ = try desk.sign(actWith: digest, assertion, of: &key, ticket: ticket, from: source)
        } else {
            _ = try desk.signIn("a-1", with: assertion, of: &key, ticket: ticket, from: source)
        }
        passkey = key
        return [("counter", "\(key.counter)")]
    }

    private func bytes(_ request: JSONValue, _ name: StaticString) -> [UInt8] {
        request[name]?.string.flatMap { Base64.decodeURL($0) } ?? []
    }
}
