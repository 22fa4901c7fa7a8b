internal import CTLS

/// What a client keeps of a session, to resume it later. Holds secrets of that session; says nothing of them.
final class SessionTicket: @unchecked Sendable {
    // SAFETY: the library counts references; this object owns one and hands the pointer out for a call only.
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { portcullis_tls_ticket_free(pointer) }
}
