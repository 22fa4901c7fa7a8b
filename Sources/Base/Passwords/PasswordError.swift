/// Why a password or a stored hash is not taken. Never holds either.
package enum PasswordError: Error, Equatable, Sendable {
    case tooShort(minimum: Int)
    case tooLong(maximum: Int)
    /// The stored text is no hash of Argon2id in PHC form.
    case notAHash
    /// The stored hash asks for more memory or time than is given.
    case unaffordable
    /// More sign-ins wait than are taken.
    case overloaded
    /// The library failed; `code` is its own number.
    case failed(code: Int32)
}

extension PasswordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooShort(let minimum): "the password is too short: use \(minimum) characters or more"
        case .tooLong(let maximum): "the password is longer than \(maximum) bytes"
        case .notAHash: "the stored text is no Argon2id hash; set the password anew"
        case .unaffordable: "the stored hash asks for too much memory or time; set the password anew"
        case .overloaded: "too many passwords are being checked; try again in a few seconds"
        case .failed(let code): "Argon2 failed with its code \(code)"
        }
    }
}
