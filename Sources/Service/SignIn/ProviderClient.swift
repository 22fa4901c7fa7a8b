package import Authentication
package import Bytes
internal import JOSE
package import Runtime
package import Vocabulary

/// One identity provider: its metadata and keys as they are remembered, and the exchange of a code for a subject. Many
/// sign-ins at once share one fetch.
@EventLoop
package final class ProviderClient {
    package let provider: IdentityProvider
    private let secret: SecretBytes?
    private let link: ProviderLink
    private let now: @EventLoop () -> Instant
    private var known: (metadata: ProviderMetadata, fetched: Instant)?
    private var isFetching = false
    private var restsUntil = Instant.distantPast
    private var keys: ProviderKeys
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    /// LIMIT: how long metadata serve without being fetched anew; old ones serve while the provider does not answer.
    package nonisolated static let freshSeconds: Int64 = 3600
    /// LIMIT: between two attempts to fetch metadata that failed.
    package nonisolated static let restSeconds: Int64 = 5

    /// - Parameter secret: of a confidential client; nil for a public one, which PKCE alone protects.
    package init(
        _ provider: IdentityProvider, secret: SecretBytes? = nil, over link: ProviderLink,
        now: @escaping @EventLoop () -> Instant = { Instant(nanoseconds: Clocks.wall) }
    ) {
        self.provider = provider
        self.secret = secret
        self.link = link
        self.now = now
        keys = ProviderKeys(pins: provider.pinnedKeys)
    }

    package func metadata() async throws(SignInError) -> ProviderMetadata {
        while true {
            let time = now()
            if let known, time < known.fetched.adding(seconds: ProviderClient.freshSeconds) { return known.metadata }
            if isFetching {
                await pause()
                continue
            }
            guard time >= restsUntil else {
                if let known { return known.metadata }
                throw .resting
            }
            isFetching = true
            defer {
                isFetching = false
                resume()
            }
            do throws(SignInError) {
                let metadata = try await fetchMetadata()
                known = (metadata, now())
                return metadata
            } catch {
                restsUntil = now().adding(seconds: ProviderClient.restSeconds)
                if let known { return known.metadata }
                throw error
            }
        }
    }

    /// Gives the code for an ID token and judges it.
    package func subject(
        code: String, for attempt: SignInAttempt, _ metadata: ProviderMetadata
    ) async throws(SignInError) -> ProviderSubject {
        let form = attempt.tokenRequest(code: code, at: provider)
        let reply = try await link.post(form, to: metadata.token, login: login, limit: TokenAnswer.maximumLength)
        let answer = try refused { () throws(AuthenticationError) in
            try TokenAnswer(status: reply.status, reply.body)
        }
        let id = try keyID(of: answer.idToken)
        let set = try await keySet(for: id, metadata)
        let time = now()
        return try refused { () throws(AuthenticationError) in
            try ProviderSubject(answer, for: attempt, at: self.provider, keys: set, now: time)
        }
    }

    // MARK: Fetching

    private func fetchMetadata() async throws(SignInError) -> ProviderMetadata {
        guard let place = Endpoint(provider.metadataURL), !place.isPlain || provider.allowsPlainHTTP else {
            throw .refused(.metadata(field: "issuer"))
        }
        let answer = try await link.get(place, limit: ProviderMetadata.maximumLength)
        guard answer.status == 200 else { throw .badStatus(answer.status) }
        return try refused { () throws(AuthenticationError) in
            try ProviderMetadata(answer.body, of: self.provider)
        }
    }

    private func keySet(for id: String?, _ metadata: ProviderMetadata) async throws(SignInError) -> JSONWebKeySet {
        while true {
            switch keys.need(id, at: now()) {
            case .use(let set): return set
            case .unavailable: throw .resting
            case .wait: await pause()
            case .fetch:
                do throws(SignInError) {
                    keys.arrived(try await fetchKeys(metadata), at: now())
                    resume()
                } catch {
                    keys.failed(at: now())
                    resume()
                    // Old keys may serve yet; when there are none, this is why.
                    guard case .use(let set) = keys.need(id, at: now()) else { throw error }
                    return set
                }
            }
        }
    }

    private func fetchKeys(_ metadata: ProviderMetadata) async throws(SignInError) -> JSONWebKeySet {
        let answer = try await link.get(metadata.keys, limit: JSONWebKeySet.maximumLength)
        guard answer.status == 200 else { throw .badStatus(answer.status) }
        do throws(JOSEError) { return try JSONWebKeySet(answer.body) } catch { throw .refused(.token(error)) }
    }

    private func keyID(of token: String) throws(SignInError) -> String? {
        do throws(JOSEError) { return try SignedToken(token).keyID } catch { throw .refused(.token(error)) }
    }

    /// RFC 6749 section 2.3.1: both parts are form-encoded first.
    private var login: String? {
        secret?.withUnsafeBytes { secret in
            let encoded = FormFields.encode([(provider.clientID, String(decoding: secret, as: UTF8.self))])
            let pair = encoded.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return "Basic " + Base64.encode(Array(pair.joined(separator: ":").utf8))
        }
    }

    private func refused<Value>(
        _ body: () throws(AuthenticationError) -> Value
    ) throws(SignInError) -> Value {
        do throws(AuthenticationError) { return try body() } catch { throw .refused(error) }
    }

    // MARK: Waiting for somebody else's fetch

    private func pause() async { await withUnsafeContinuation { waiting.append($0) } }

    private func resume() {
        let all = waiting
        waiting = []
        for one in all { one.resume() }
    }
}
