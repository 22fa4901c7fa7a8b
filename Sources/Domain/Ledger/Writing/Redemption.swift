/// What a ticket gives now.
package enum Redemption: ~Copyable {
    case admission(Admission)
    /// Not durable yet: ask again after the next completed write.
    case pending(AdmitTicket)
}
