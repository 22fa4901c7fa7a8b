internal import CBOR
internal import Vocabulary

extension PersonFacts {
    func write(to writer: inout CBORWriter) {
        writer.map(count: 14)
        writer.text("id")
        writer.optional(id?.text)
        writer.text("site")
        writer.assigned(site)
        writer.text("roles")
        writer.names(roles)
        writer.text("entity")
        writer.assigned(entity)
        writer.text("nobody")
        writer.bool(isNobody)
        writer.text("classes")
        writer.texts(classes.values.lazy.map(\.rawValue))
        writer.text("located")
        located.write(to: &writer)
        writer.text("licences")
        writer.names(licences)
        writer.text("regulators")
        writer.names(regulators)
        writer.text("designations")
        writer.names(designations)
        writer.text("entity_country")
        writer.optional(entityCountry?.description)
        writer.text("owned_by_listed")
        writer.share(ownership.byListed)
        writer.text("owned_by_unsupported")
        writer.share(ownership.byUnsupported)
        writer.text("owned_by_country_of_concern")
        writer.share(ownership.byCountryOfConcern)
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let id = try fields.nullable("id", "an id") { PersonID($0) }
        guard case .bool(let isNobody) = try fields.take("nobody") else {
            throw CBORFieldError(path: fields.path(of: "nobody"), expected: "true or false")
        }
        let located = try Located(try fields.map("located"))
        let site = try fields.assigned("site", "a country") { Country($0) }
        let classes = try fields.values("classes", "classes of persons") { PersonClass(rawValue: $0) }
        let entity = try fields.assigned("entity", "an id") { EntityID($0) }
        let entityCountry = try fields.nullable("entity_country", "a country") { Country($0) }
        let regulators = try fields.names("regulators")
        let licences = try fields.names("licences")
        let designations = try fields.names("designations")
        let roles = try fields.names("roles")
        let ownership = Ownership(
            byUnsupported: try fields.share("owned_by_unsupported"), byListed: try fields.share("owned_by_listed"),
            byCountryOfConcern: try fields.share("owned_by_country_of_concern"))
        try fields.finish()
        self.init(
            id: id, located: located, site: site,
            classes: classes.reduce(into: []) { $0.insert(PossiblePersonClasses($1)) }, entity: entity,
            entityCountry: entityCountry, regulators: regulators, licences: licences, designations: designations,
            roles: roles, ownership: ownership, isNobody: isNobody)
    }
}

extension Located {
    func write(to writer: inout CBORWriter) {
        writer.map(count: 5)
        writer.text("tier")
        writer.integer(Int64(tier))
        writer.text("used")
        writer.array(count: used.count)
        for evidence in used { evidence.write(to: &writer) }
        writer.text("alerts")
        writer.texts(alerts.lazy.map(\.rawValue))
        writer.text("places")
        writer.countries(places.sorted)
        writer.text("fresh_until")
        if let freshUntil { writer.instant(freshUntil) } else { writer.null() }
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        let places = try fields.countries("places").map { PossiblePlaces.among($0) } ?? .anywhere
        let tier = try fields.integer("tier")
        guard (0...3).contains(tier) else { throw CBORFieldError(path: fields.path(of: "tier"), expected: "0 to 3") }
        var used: [UsedEvidence] = []
        for item in try fields.array("used") {
            used.append(try UsedEvidence(try CBORFields(item, path: fields.path(of: "used[\(used.count)]"))))
        }
        let alerts = try fields.values("alerts", "alerts") { LocationAlert(rawValue: $0) }
        var freshUntil: Instant?
        let fresh = try fields.take("fresh_until")
        if fresh != .null {
            guard let nanoseconds = fresh.asInteger else {
                throw CBORFieldError(path: fields.path(of: "fresh_until"), expected: "an instant or null")
            }
            freshUntil = Instant(nanoseconds: nanoseconds)
        }
        try fields.finish()
        self.init(places: places, tier: Int(tier), used: used, alerts: Set(alerts), freshUntil: freshUntil)
    }
}

extension UsedEvidence {
    func write(to writer: inout CBORWriter) {
        writer.map(count: 6)
        writer.text("id")
        writer.text(id.text)
        writer.text("kind")
        writer.text(kind.rawValue)
        writer.text("weight")
        writer.text(weight.rawValue)
        writer.text("country")
        writer.text(country.description)
        writer.text("observed")
        writer.instant(observed)
        writer.text("age_seconds")
        writer.integer(ageSeconds)
    }

    init(_ source: CBORFields) throws(CBORFieldError) {
        var fields = source
        self.init(
            id: try fields.value("id", "an id") { EvidenceID($0) },
            kind: try fields.value("kind", "a kind of evidence") { EvidenceKind(rawValue: $0) },
            country: try fields.value("country", "a country") { Country($0) },
            observed: try fields.instant("observed"), ageSeconds: try fields.integer("age_seconds"),
            weight: try fields.value("weight", "a weight") { Weight(rawValue: $0) })
        try fields.finish()
    }
}
