package import Authentication
package import Passwords
internal import Runtime

extension SignInDesk {
    package enum PasswordOutcome: ~Copyable, Sendable {
        /// `newHash`: store it, because the one that was given costs less than is asked today.
        case right(SignedIn, newHash: PasswordHash?)
        case wrong
    }

    /// Judges a password, as late as the throttle says. An account without one, or that does not exist, takes as long
    /// and is wrong.
    /// - Parameters:
    ///   - hash: what the store has of this account. - attempt: who tries from where.
    ///   - alert: told what should be told to those on duty.
    package func signIn(
        _ account: String, password: String, hash: PasswordHash?, _ attempt: SignInThrottle.Attempt,
        alert: (SignInThrottle.Alert) -> Void
    ) async throws(SignInError) -> PasswordOutcome {
        let (answer, alerts) = throttle.ask(attempt, at: now())
        for raised in alerts { alert(raised) }
        switch answer {
        case .refuse(let seconds): throw .slowed(retryAfterSeconds: seconds)
        case .judge(let seconds):
            if seconds > 0 { await EventLoop.sleep(nanoseconds: .seconds(UInt64(seconds))) }
        }
        do throws(PasswordError) {
            let password = try Password(presented: password)
            guard case .right(let isWeak) = try await passwords.verify(password, against: hash) else { return .wrong }
            throttle.succeeded(attempt, at: now())
            let newHash = isWeak ? try await passwords.hash(password) : nil
            return .right(SignedIn(account, by: .password, at: now()), newHash: newHash)
        } catch {
            throw .password(error)
        }
    }
}
