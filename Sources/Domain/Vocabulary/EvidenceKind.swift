/// By what we know where a person is.
package enum EvidenceKind: String, CaseIterable, Sendable {
    case badgeIn = "badge_in"
    case gpsAttested = "gps_attested"
    case siteNetwork = "site_network"
    case ipGeo = "ip_geo"
    case travelBooking = "travel_booking"
    case hrSite = "hr_site"
}
