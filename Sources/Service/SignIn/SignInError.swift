package import Authentication
package import Passwords
package import Transport

/// Why nobody was signed in. The first is the answer's own fault, the others are of the way to it.
package enum SignInError: Error, Sendable {
    case refused(AuthenticationError)
    case password(PasswordError)
    /// Too many failures from here: wait so long.
    case slowed(retryAfterSeconds: Int64)
    case unknownProvider
    /// The provider knows them, and no account here is theirs.
    case unboundSubject
    /// The provider did not answer in time, or not as a whole.
    case unreachable(ClientFault)
    case tooSlow
    case answerTooLong(maximum: Int)
    case badStatus(Int)
    /// The provider was asked a moment ago without success.
    case resting
}

extension SignInError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let fault): fault.description
        case .password(let fault): fault.description
        case .slowed(let seconds): "too many failures; try again in \(seconds) seconds"
        case .unknownProvider: "no identity provider of this name is in the settings"
        case .unboundSubject: "no account here belongs to this sign-in; ask an administrator to bind it"
        case .unreachable(let fault): "the identity provider cannot be reached: \(fault.code)"
        case .tooSlow: "the identity provider did not answer in time"
        case .answerTooLong(let maximum): "the identity provider's answer is longer than \(maximum) bytes"
        case .badStatus(let status): "the identity provider answered with the status \(status)"
        case .resting: "the identity provider could not be reached a moment ago; try again in a few seconds"
        }
    }
}
