// Proves the location function of the policy: union of fresh evidence by strength, unknown is anywhere, remote
// sessions, alerts, and the instant at which the answer may change.
import Testing
import Vocabulary

@testable import Location

struct LocatedTests {
    private static let now = Instant(seconds: 1_790_000_000)

    private static func seen(
        _ kind: EvidenceKind, _ country: String?, minutes: Int64 = 0, anonymizer: Bool = false,
        network: Evidence.Network = .fixed, hop: Evidence.Hop? = nil, until: Instant? = nil
    ) -> Evidence {
        Evidence(
            id: EvidenceID("e-\(kind.rawValue)") ?? EvidenceID("e"), kind: kind,
            country: country.flatMap { Country($0) },
            observed: now.adding(seconds: -60 * minutes), until: until, anonymizer: anonymizer, network: network,
            hop: hop)
    }

    struct Row: Sendable {
        var evidence: [Evidence]
        var places: Set<String>?
        var tier: Int
        var alerts: Set<LocationAlert> = []
        var remote = false
    }

    static let rows: [Row] = [
        Row(evidence: [], places: nil, tier: 0),
        Row(evidence: [seen(.badgeIn, "HK", minutes: 30)], places: ["HK"], tier: 3),
        // Freshness is inclusive: 12 hours, 15 minutes, 5 minutes.
        Row(evidence: [seen(.badgeIn, "HK", minutes: 720)], places: ["HK"], tier: 3),
        Row(evidence: [seen(.badgeIn, "HK", minutes: 721)], places: nil, tier: 0),
        Row(evidence: [seen(.gpsAttested, "SG", minutes: 15)], places: ["SG"], tier: 3),
        Row(evidence: [seen(.gpsAttested, "SG", minutes: 16)], places: nil, tier: 0),
        Row(evidence: [seen(.siteNetwork, "GB", minutes: 5)], places: ["GB"], tier: 2),
        Row(evidence: [seen(.siteNetwork, "GB", minutes: 6)], places: nil, tier: 0),
        // Strong sensors that disagree are two places and an alert.
        Row(
            evidence: [seen(.badgeIn, "GB"), seen(.gpsAttested, "HK")], places: ["GB", "HK"], tier: 3,
            alerts: [.conflict]),
        Row(
            evidence: [seen(.badgeIn, "GB"), seen(.siteNetwork, "HK")], places: ["GB", "HK"], tier: 3,
            alerts: [.conflict]),
        Row(
            evidence: [seen(.badgeIn, "GB"), seen(.ipGeo, "FR")], places: ["FR", "GB"], tier: 3, alerts: [.conflict]),
        // With a strong sensor, trips, homes and mobile addresses do not widen.
        Row(
            evidence: [
                seen(.badgeIn, "GB"), seen(.travelBooking, "FR"), seen(.hrSite, "HK"),
                seen(.ipGeo, "US", network: .mobile),
            ], places: ["GB"], tier: 3),
        // With a site network, trips do.
        Row(
            evidence: [seen(.siteNetwork, "GB"), seen(.travelBooking, "FR"), seen(.hrSite, "HK")],
            places: ["FR", "GB"], tier: 2, alerts: [.conflict]),
        Row(
            evidence: [seen(.ipGeo, "US", network: .mobile), seen(.hrSite, "HK"), seen(.travelBooking, "FR")],
            places: ["FR", "HK", "US"], tier: 1, alerts: [.conflict]),
        // Trips and homes alone are nothing.
        Row(evidence: [seen(.hrSite, "GB"), seen(.travelBooking, "FR")], places: nil, tier: 0),
        // Networks that say nothing.
        Row(evidence: [seen(.ipGeo, nil)], places: nil, tier: 0),
        Row(evidence: [seen(.ipGeo, "US", network: .hosting)], places: nil, tier: 0),
        Row(evidence: [seen(.ipGeo, "US", network: .anycast)], places: nil, tier: 0),
        Row(evidence: [seen(.ipGeo, "US", network: .satellite)], places: nil, tier: 0),
        Row(evidence: [seen(.ipGeo, "JP", anonymizer: true)], places: nil, tier: 0, alerts: [.anonymizer]),
        Row(
            evidence: [seen(.ipGeo, "JP", anonymizer: true), seen(.badgeIn, "HK", minutes: 30)], places: ["HK"],
            tier: 3, alerts: [.anonymizer]),
        // An address is evidence for its own request only.
        Row(evidence: [seen(.ipGeo, "GB", minutes: 2)], places: nil, tier: 0),
        // Remote sessions: only the machine in front of the person.
        Row(
            evidence: [seen(.siteNetwork, "HK", hop: .host), seen(.siteNetwork, "GB", hop: .origin)], places: ["GB"],
            tier: 2, remote: true),
        Row(evidence: [seen(.siteNetwork, "GB", hop: .host)], places: nil, tier: 0, remote: true),
        Row(evidence: [seen(.badgeIn, "GB")], places: nil, tier: 0, remote: true),
        // What has not happened yet is no evidence; a clock that runs two minutes ahead is forgiven.
        Row(evidence: [seen(.badgeIn, "GB", minutes: -2)], places: ["GB"], tier: 3),
        Row(evidence: [seen(.badgeIn, "GB", minutes: -3)], places: nil, tier: 0),
        // A badge-out ends a badge-in.
        Row(evidence: [seen(.badgeIn, "GB", minutes: 30, until: now.adding(seconds: -1))], places: nil, tier: 0),
        // A trip counts until it ends.
        Row(
            evidence: [seen(.siteNetwork, "GB"), seen(.travelBooking, "FR", minutes: 9000, until: now)],
            places: ["FR", "GB"], tier: 2, alerts: [.conflict]),
        Row(
            evidence: [
                seen(.siteNetwork, "GB"), seen(.travelBooking, "FR", minutes: 9000, until: now.adding(seconds: -1)),
            ], places: ["GB"], tier: 2),
    ]

    @Test(arguments: rows)
    func locates(row: Row) {
        let located = Located(row.evidence, at: LocatedTests.now, remoteSession: row.remote)
        #expect(located.places.sorted.map { Set($0.map(\.description)) } == row.places)
        #expect(located.tier == row.tier)
        #expect(located.alerts == row.alerts)
    }

    @Test func orderOfEvidenceDoesNotMatter() {
        for row in LocatedTests.rows {
            #expect(
                Located(row.evidence, at: LocatedTests.now, remoteSession: row.remote)
                    == Located(row.evidence.reversed(), at: LocatedTests.now, remoteSession: row.remote))
        }
    }

    @Test func theAnswerHoldsUntilItSaysSo() throws {
        let evidence = [
            LocatedTests.seen(.badgeIn, "HK", minutes: 700), LocatedTests.seen(.siteNetwork, "GB", minutes: 1),
            LocatedTests.seen(.travelBooking, "FR"),
        ]
        var instant = LocatedTests.now
        var answers: [Set<String>?] = []
        for _ in 0..<3 {
            let located = Located(evidence, at: instant)
            answers.append(located.places.sorted.map { Set($0.map(\.description)) })
            guard let until = located.freshUntil else { break }
            // The last instant before still gives the same places.
            let before = Located(evidence, at: Instant(nanoseconds: until.nanoseconds - 1))
            #expect(before.places == located.places)
            instant = until
        }
        #expect(answers == [["GB", "HK"], ["HK"], nil])
    }

    @Test func whatCountedIsNamedWithAgeAndWeight() throws {
        let located = Located([LocatedTests.seen(.badgeIn, "HK", minutes: 30)], at: LocatedTests.now)
        let used = try #require(located.used.first)
        #expect(used.id == EvidenceID("e-badge_in"))
        #expect(used.ageSeconds == 1800)
        #expect(used.weight == .strong)
    }
}
