// Proves that local legal time becomes the right instant, ambiguous and skipped readings included, against what
// Python's zoneinfo says of the same tables, and that damaged tables are refused.
import Files
import Testing
import Vocabulary

@testable import Bundle

struct ZoneRulesTests {
    /// zone, local time, earliest and latest reading.
    static let readings: [(String, String, String, String)] = [
        ("Asia/Hong_Kong", "2026-06-18T00:00", "2026-06-17T16:00:00Z", "2026-06-17T16:00:00Z"),
        ("Asia/Hong_Kong", "1976-10-17T03:00", "1976-10-16T18:00:00Z", "1976-10-16T19:00:00Z"),
        ("Asia/Singapore", "1982-01-01T00:15", "1981-12-31T16:15:00Z", "1981-12-31T16:15:00Z"),
        ("Asia/Shanghai", "2026-06-18T00:00", "2026-06-17T16:00:00Z", "2026-06-17T16:00:00Z"),
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("Europe/London", "2026-10-25T00:59:59", "2026-10-24T23:59:59Z", "2026-10-24T23:59:59Z"),
        ("Europe/London", "2026-10-25T02:00", "2026-10-25T02:00:00Z", "2026-10-25T02:00:00Z"),
        ("Europe/London", "2026-06-01T12:00", "2026-06-01T11:00:00Z", "2026-06-01T11:00:00Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z"),
        ("America/New_York", "2026-03-08T01:59:59", "2026-03-08T06:59:59Z", "2026-03-08T06:59:59Z"),
        ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-06-12T17:21", "2026-06-12T21:21:00Z", "2026-06-12T21:21:00Z"),
        ("Europe/Dublin", "2026-03-29T01:30", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/Dublin", "2026-10-25T01:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("Europe/Dublin", "2030-01-15T12:00", "2030-01-15T12:00:00Z", "2030-01-15T12:00:00Z"),
        ("Europe/Dublin", "2050-10-30T01:30", "2050-10-30T00:30:00Z", "2050-10-30T01:30:00Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:15:00Z", "2026-10-03T15:45:00Z"),
        ("Australia/Sydney", "2050-04-03T02:30", "2050-04-02T15:30:00Z", "2050-04-02T16:30:00Z"),
        ("Australia/Sydney", "2050-01-01T00:00", "2049-12-31T13:00:00Z", "2049-12-31T13:00:00Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T02:30:00Z", "2018-11-04T03:30:00Z"),
        ("America/Sao_Paulo", "2026-11-04T00:30", "2026-11-04T03:30:00Z", "2026-11-04T03:30:00Z"),
        ("America/Godthab", "2026-03-28T23:30", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ("America/Nuuk", "2050-03-26T23:30", "2050-03-27T00:30:00Z", "2050-03-27T01:30:00Z"),
        ("Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15:00Z", "2025-12-31T18:15:00Z"),
        ("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30:00Z", "2026-02-15T02:30:00Z"),
        ("Africa/Casablanca", "2080-01-01T00:00", "2080-01-01T00:00:00Z", "2080-01-01T00:00:00Z"),
        ("America/Santiago", "2049-09-05T00:30", "2049-09-05T03:30:00Z", "2049-09-05T04:30:00Z"),
        ("Asia/Gaza", "2040-01-01T00:00", "2039-12-31T22:00:00Z", "2039-12-31T22:00:00Z"),
        ("Europe/Berlin", "2100-03-28T02:30", "2100-03-28T00:30:00Z", "2100-03-28T01:30:00Z"),
        ("Europe/Berlin", "2100-10-31T02:30", "2100-10-31T00:30:00Z", "2100-10-31T01:30:00Z"),
        ("Antarctica/Troll", "2026-03-29T02:00", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
        ("Pacific/Chatham", "2026-09-27T03:00", "2026-09-26T13:15:00Z", "2026-09-26T14:15:00Z"),
        ("America/Los_Angeles", "1883-11-18T12:04", "1883-11-18T19:56:58Z", "1883-11-18T20:04:00Z"),
        ("Europe/Amsterdam", "1900-01-01T00:00", "1899-12-31T23:40:28Z", "1899-12-31T23:40:28Z"),
        ("UTC", "2026-01-01T00:00", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("Etc/GMT-8", "2026-01-01T00:00", "2025-12-31T16:00:00Z", "2025-12-31T16:00:00Z"),
    ]

    @Test(arguments: readings)
    func readsLocalTime(zone: String, local: String, earliest: String, latest: String) throws {
        let time = try #require(LocalTime(local))
        let readings = try #require(ZoneSource.system.readings(of: time, in: zone))
        #expect(readings.earliest.description == earliest)
        #expect(readings.latest.description == latest)
    }

    @Test(arguments: [
        "Asia/HongKong", "../etc/passwd", "/etc/passwd", "", "Asia/", "posixrules.", "zone1970.tab", "Asia",
    ])
    func zonesThatDoNotExistAreNone(name: String) {
        #expect(ZoneSource.system.readings(of: LocalTime(year: 2026, month: 1, day: 1), in: name) == nil)
    }

    @Test func damagedTablesAreRefusedAndNeverTrap() throws {
        let table = try WholeFile.read("/usr/share/zoneinfo/Europe/London", limit: 65_536)
        #expect(throws: ZoneRules.Fault.notTZif) { try ZoneRules(tzif: []) }
        #expect(throws: ZoneRules.Fault.notTZif) { try ZoneRules(tzif: Array("TZi".utf8)) }
        for length in stride(from: 44, to: table.count, by: 7) {
            #expect(throws: ZoneRules.Fault.self) { try ZoneRules(tzif: Array(table.prefix(length))) }
        }
        for index in table.indices {
            var damaged = table
            damaged[index] ^= 0xFF
            // Refused, or read as another clock.
            if let rules = try? ZoneRules(tzif: damaged) {
                _ = rules.readings(of: LocalTime(year: 2026, month: 3, day: 29, hour: 1, minute: 30))
            }
        }
    }

    @Test(arguments: ["right/UTC", "right/Europe/London"])
    func clocksWithLeapSecondsAreRefused(name: String) throws {
        guard let bytes = ZoneSource.system.bytes(of: name) else { return }
        #expect(throws: ZoneRules.Fault.leapSeconds) { try ZoneRules(tzif: bytes) }
    }
}
