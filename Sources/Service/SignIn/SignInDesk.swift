package import Authentication
internal import Bytes
internal import CBOR
internal import Crypto
package import Passwords
package import Runtime
package import Vocabulary

/// Where people show who they are: passwords, passkeys, identity providers. Knows no HTTP and no store: hashes and
/// passkeys are given to it, and what it says is made into sessions by others. Keeps nothing of ceremonies that were
/// begun (`Ticket`), and of those that were ended that they were.
@EventLoop
package final class SignInDesk {
    package struct Settings: Sendable {
        package var party: RelyingParty
        /// By the names that the settings give them.
        package var providers: [String: ProviderClient]

        package init(party: RelyingParty, providers: [String: ProviderClient] = [:]) {
            self.party = party
            self.providers = providers
        }
    }

    package let settings: Settings
    let passwords: PasswordWorkers
    let now: @EventLoop () -> Instant
    let random: @EventLoop (Int) -> [UInt8]
    let ticketKey: SecretBytes
    var throttle = SignInThrottle()
    private var used = UsedTokens(share: 8192)

    /// - Parameter random: so many fresh random bytes.
    package init(
        _ settings: Settings, passwords: PasswordWorkers,
        now: @escaping @EventLoop () -> Instant = { Instant(nanoseconds: Clocks.wall) },
        random: @escaping @EventLoop (Int) -> [UInt8] = { SecureRandom.bytes($0) }
    ) {
        self.settings = settings
        self.passwords = passwords
        self.now = now
        self.random = random
        var key = random(32)
        ticketKey = SecretBytes(taking: &key)
    }

    /// Opens a ticket and uses it up, before anything else is done with it: of two that come at once, one goes on.
    /// - Parameter source: has a share of what is remembered, so that one source cannot fill it for all.
    func end(
        _ text: String, _ purpose: Ticket.Purpose, from source: SourceNetwork
    ) throws(SignInError) -> Ticket {
        do throws(AuthenticationError) {
            let ticket = try Ticket(text, for: purpose, key: ticketKey, at: now())
            switch used.use(ticket.id, of: source.name, expires: ticket.expires, at: now()) {
            case .first: return ticket
            case .replayed: throw .replayed
            case .full: throw .overloaded
            }
        } catch {
            throw .refused(error)
        }
    }

    func seal(_ content: CBOR, _ purpose: Ticket.Purpose) throws(SignInError) -> String {
        do throws(AuthenticationError) {
            return try Ticket.seal(content, for: purpose, key: ticketKey, random: random(44), at: now())
        } catch {
            throw .refused(error)
        }
    }
}
