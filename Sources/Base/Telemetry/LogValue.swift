/// What a log line may hold. There is no case for text that came from outside: content and secrets cannot reach a log
/// because nothing here takes them.
package enum LogValue: Sendable {
    case word(StaticString)
    case number(Int64)
    case flag(Bool)
    /// An identifier or code whose type promises to be fit for a log.
    case name(String)
    /// A text that the operator wrote: a path, an address, a setting.
    case setting(String)

    package static func count(_ number: some BinaryInteger) -> LogValue { .number(Int64(clamping: number)) }
    package static func id(_ value: some LogSafe) -> LogValue { .name(value.logText) }
}

/// A type whose values may be logged: identifiers, codes, addresses. Never content, never a secret.
package protocol LogSafe {
    var logText: String { get }
}
