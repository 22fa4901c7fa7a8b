package import Authentication
internal import Vocabulary

extension SignInDesk {
    /// Where the browser goes, and what it carries: the ticket in a cookie of its own (`__Host-`, HttpOnly,
    /// SameSite=Lax).
    package struct Departure: Sendable {
        package let url: String
        package let ticket: String
    }

    /// What a provider said, for whoever has the store: it says nothing of an account before that was asked (`bound`).
    package struct Arrival: ~Copyable, Sendable {
        package let issuer: String
        package let subject: String
        package let returnPath: String
        private let purpose: SignInAttempt.Purpose
        private let authenticated: Instant

        init(
            issuer: String, subject: String, purpose: SignInAttempt.Purpose, returnPath: String, authenticated: Instant
        ) {
            self.issuer = issuer
            self.subject = subject
            self.returnPath = returnPath
            self.purpose = purpose
            self.authenticated = authenticated
        }

        /// The proof, for the account that issuer and subject are bound to. Whoever was to show again that it is they
        /// must be the one who comes back: a colleague who signs in at the provider in their stead proves nothing.
        /// - Parameter account: what the store has of issuer and subject; nil where they are bound to none.
        package consuming func bound(to account: String?) throws(SignInError) -> SignedIn {
            guard let account else { throw .unboundSubject }
            if case .again(let expected) = purpose, expected != account { throw .refused(.wrongUser) }
            return SignedIn(account, by: .provider, at: authenticated)
        }
    }

    package func depart(
        to name: String, _ purpose: SignInAttempt.Purpose = .signIn, returnPath: String = "/"
    ) async throws(SignInError) -> Departure {
        guard let client = settings.providers[name] else { throw .unknownProvider }
        let metadata = try await client.metadata()
        let attempt: SignInAttempt
        do throws(AuthenticationError) {
            attempt = try SignInAttempt(
                at: client.provider, purpose, returnPath: returnPath, random: random(SignInAttempt.randomLength),
                now: now())
        } catch {
            throw .refused(error)
        }
        return Departure(
            url: attempt.url(at: client.provider, metadata), ticket: try seal(attempt.cbor, .openIDConnect))
    }

    /// - Parameters:
    ///   - query: of the callback. - ticket: from the browser's cookie, which is cleared whatever comes of it.
    package func arrive(
        _ query: String, ticket: String?, from source: SourceNetwork
    ) async throws(SignInError) -> Arrival {
        // A callback in a browser that began nothing: somebody else's, planted here.
        guard let ticket else { throw .refused(.stateMismatch) }
        let opened = try end(ticket, .openIDConnect, from: source)
        let attempt: SignInAttempt
        do throws(AuthenticationError) { attempt = try SignInAttempt(opened.content) } catch { throw .refused(error) }
        guard let client = settings.providers.values.first(where: { $0.provider.issuer == attempt.issuer }) else {
            throw .unknownProvider
        }
        let metadata = try await client.metadata()
        let code: String
        do throws(AuthenticationError) {
            code = try AuthorizationCallback(query: query, answering: attempt, from: metadata).code
        } catch {
            throw .refused(error)
        }
        let subject = try await client.subject(code: code, for: attempt, metadata)
        return Arrival(
            issuer: subject.issuer, subject: subject.subject, purpose: attempt.purpose, returnPath: attempt.returnPath,
            authenticated: subject.authenticated ?? now())
    }
}
