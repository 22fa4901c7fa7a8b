// Proves that the desk slows down whoever guesses a password, lets a known device past, hashes weak ones anew, and
// takes a ticket once; that what a provider says is a proof for the account that it is bound to, and, where somebody
// was to show again that it is they, for nobody else.
import Authentication
import Bytes
import Passwords
import Runtime
import TestKit
import Testing
import Vocabulary

@testable import SignIn

struct SignInDeskTests {
    private static let cheap = PasswordCost(memoryKibibytes: 64, passes: 1, lanes: 1)
    private static let account = "alice"
    private static let password = "correct horse battery"
    private static let source = SourceNetwork(address: [192, 0, 2, 1])

    init() { TestLoop.start() }

    @EventLoop
    private static func desk(cost: PasswordCost = cheap) -> SignInDesk {
        let party = RelyingParty(id: "gate.example", origins: ["https://gate.example"])
        return SignInDesk(
            .init(party: party), passwords: PasswordWorkers(pepper: SecretBytes([1]), cost: cost),
            now: { Instant(seconds: 1_800_000_000) })
    }

    /// What came of one try, in a word.
    @EventLoop
    private static func word(
        _ desk: SignInDesk, _ password: String, _ hash: PasswordHash?, device: String? = nil,
        alert: (SignInThrottle.Alert) -> Void = { _ in }
    ) async -> String {
        let attempt = SignInThrottle.Attempt(account: account, from: source, knownDevice: device)
        do throws(SignInError) {
            switch try await desk.signIn(account, password: password, hash: hash, attempt, alert: alert) {
            case .wrong: return "wrong"
            case .right(let signedIn, let newHash):
                let who = signedIn.account == account && signedIn.method == .password
                return (who ? "right" : "somebody else") + (newHash == nil ? "" : ", new hash")
            }
        } catch {
            if case .slowed = error { return "slowed" }
            return "\(error)"
        }
    }

    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable @EventLoop () async -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            EventLoop.spawn { continuation.resume(returning: await body()) }
        }
    }

    private func hash(_ cost: PasswordCost = cheap) throws -> PasswordHash {
        try Password(presented: Self.password).hash(cost: cost, pepper: SecretBytes([1]))
    }

    @Test func theRightPasswordSignsIn() async throws {
        let hash = try hash()
        let words = await onLoop {
            let desk = Self.desk()
            return [
                await Self.word(desk, Self.password, hash), await Self.word(desk, "wrong", hash),
                await Self.word(desk, Self.password, nil),
                await Self.word(desk, String(repeating: "a", count: 1025), hash),
            ]
        }
        #expect(words == ["right", "wrong", "wrong", "the password is longer than 1024 bytes"])
    }

    @Test func aWeakHashIsMadeAnew() async throws {
        let hash = try hash(PasswordCost(memoryKibibytes: 32, passes: 1, lanes: 1))
        let word = await onLoop { await Self.word(Self.desk(), Self.password, hash) }
        #expect(word == "right, new hash")
    }

    /// The right password is not judged either, while its source has to wait; a known device is.
    @Test func aGuesserWaitsAndAKnownDeviceDoesNot() async throws {
        let hash = try hash()
        let words = await onLoop {
            let desk = Self.desk()
            var words: [String] = []
            for _ in 0..<5 { words.append(await Self.word(desk, "guess", hash)) }
            words.append(await Self.word(desk, Self.password, hash))
            words.append(await Self.word(desk, Self.password, hash, device: "laptop"))
            return words
        }
        #expect(words == ["wrong", "wrong", "wrong", "wrong", "wrong", "slowed", "right"])
    }

    @EventLoop
    private static func end(_ desk: SignInDesk, _ ticket: String, _ purpose: Ticket.Purpose) -> String {
        do throws(SignInError) {
            _ = try desk.end(ticket, purpose, from: source)
            return "taken"
        } catch {
            return "\(error)"
        }
    }

    @Test func ticketsAreTakenOnceAndForTheirPurpose() async {
        let words = await onLoop {
            let desk = Self.desk()
            guard let ticket = try? desk.begin(.signIn).ticket else { return ["none"] }
            return [
                Self.end(desk, ticket, .passkeyRegistration), Self.end(desk, ticket, .passkeyAssertion),
                Self.end(desk, ticket, .passkeyAssertion), Self.end(desk, "", .passkeyAssertion),
            ]
        }
        let unknown = "\(AuthenticationError.unknownTicket)"
        #expect(words == [unknown, "taken", "\(AuthenticationError.replayed)", unknown])
    }

    /// Why they come, the account that issuer and subject are bound to, whom they are signed in as.
    @Test(
        arguments: [
            (.signIn, "alice", "alice"), (.signIn, nil, "\(SignInError.unboundSubject)"),
            (.again(account: "alice"), "alice", "alice"),
            (.again(account: "alice"), "bob", "\(AuthenticationError.wrongUser)"),
            (.again(account: "alice"), "ALICE", "\(AuthenticationError.wrongUser)"),
            (.again(account: "alice"), nil, "\(SignInError.unboundSubject)"),
        ] as [(SignInAttempt.Purpose, String?, String)])
    func aSubjectProvesItsAccountAlone(purpose: SignInAttempt.Purpose, bound: String?, outcome: String) {
        let time = Instant(seconds: 1_800_000_000)
        let arrival = SignInDesk.Arrival(
            issuer: "https://id.example", subject: "s1", purpose: purpose, returnPath: "/", authenticated: time)
        do throws(SignInError) {
            let signedIn = try arrival.bound(to: bound)
            let (method, at) = (signedIn.method, signedIn.at)
            #expect(signedIn.account == outcome)
            #expect(method == .provider)
            #expect(at == time)
        } catch {
            #expect("\(error)" == outcome)
        }
    }

    @Test func anUnknownProviderIsSaid() async {
        let word = await onLoop {
            do throws(SignInError) {
                _ = try await Self.desk().depart(to: "nobody")
                return "departed"
            } catch {
                return "\(error)"
            }
        }
        #expect(word == "\(SignInError.unknownProvider)")
    }
}
