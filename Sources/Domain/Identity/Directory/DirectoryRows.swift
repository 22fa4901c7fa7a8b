internal import Crypto

/// One that is not known is somebody whom an account or a key names and the store does not have: they stand
/// for the unknown person.
struct PersonRow: NamedRow {
    let id: TextPlace
    var name = TextPlace()
    var title = TextPlace()
    /// Numbers of interned values, as all further down that name no row.
    var entity: UInt32 = 0
    var designations: UInt32 = 0
    /// There are 2 to the 15 sets of roles.
    var roles: UInt16 = 0
    /// Of the country; negative without a site.
    var site: Int16 = -1
    var classes: UInt8 = 0
    var isKnown = false
    var isActive = false

    init(id: TextPlace) { self.id = id }
}

struct AccountRow: NamedRow {
    let id: TextPlace
    /// Of whoever holds it; nothing for a service.
    var person: UInt32 = 0
    /// Of a service: where those who answer for it begin, and how many have room there.
    var first: UInt32 = 0
    var room: UInt32 = 0
    /// Those who answer for it.
    var count: UInt32 = 0
    var isService = false
    var isKnown = false
    var isActive = false

    init(id: TextPlace) { self.id = id }
}

struct KeyRow: NamedRow {
    let id: TextPlace
    var digest = Digest.zero
    /// Nanoseconds; the greatest number for never.
    var expires = Int64.min
    var revoked = Int64.min
    /// Rows.
    var account: UInt32 = 0
    var owner: UInt32 = 0
    var useCase: UInt32 = 0
    var models: UInt32 = 0
    var terms: UInt32 = 0
    /// Of the label in `DataLabel.allCases`; negative without one.
    var label: Int8 = -1

    init(id: TextPlace) { self.id = id }
}

struct SessionRow: NamedRow {
    let id: TextPlace
    var digest = Digest.zero
    var expires = Int64.min
    var revoked = Int64.min
    /// The last use known here; nanoseconds.
    var seen = Int64.min
    var idleSeconds: UInt32 = 0
    var account: UInt32 = 0
    var terms: UInt32 = 0

    init(id: TextPlace) { self.id = id }
}
