/// What a cut-off covers: everything that all of the named parts have in common. At least one part is named.
package struct CutScope: Hashable, Sendable {
    /// Covers what descends from this vendor's models and what this vendor operates.
    package var vendor: VendorID?
    package var model: ModelID?
    package var channel: Channel?
    /// The caller's place; unknown counts as covered.
    package var territory: Country?
    /// Unknown counts as covered.
    package var personClass: PersonClass?

    package init(
        vendor: VendorID? = nil, model: ModelID? = nil, channel: Channel? = nil, territory: Country? = nil,
        personClass: PersonClass? = nil
    ) {
        self.vendor = vendor
        self.model = model
        self.channel = channel
        self.territory = territory
        self.personClass = personClass
    }

    package var isEmpty: Bool {
        vendor == nil && model == nil && channel == nil && territory == nil && personClass == nil
    }
}

/// A cut-off that is in force, as Policy needs it. Not part of any bundle: no activation lifts it.
package struct ActiveCut: Hashable, Sendable {
    package var id: CutID
    package var scope: CutScope
    package var since: Instant
    /// Shown to those whom it stops.
    package var reason: String
    package var authority: Authority

    package init(id: CutID, scope: CutScope, since: Instant, reason: String, authority: Authority) {
        self.id = id
        self.scope = scope
        self.since = since
        self.reason = reason
        self.authority = authority
    }
}
