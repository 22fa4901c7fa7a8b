// Proves that the shipped bundles load, that a snapshot is deterministic, read back to the same bundle with its own
// zone tables, and refused when tampered with; and that a decision is replayed from snapshot and record alone.
import JSON
import Location
import Policy
import Registry
import Testing
import Vocabulary

@testable import Bundle

struct BundleTests {
    @Test(arguments: ["examples/bank", "library/testworld"])
    func shippedBundlesLoad(folder: String) throws {
        let bundle = try Bundle.load(folder: Repository.root + "/" + folder)
        #expect(!bundle.policy.book.rules.isEmpty)
    }

    @Test func whatTheBankHolds() throws {
        let bundle = try Repository.bank.get()
        #expect(bundle.name == "meridian-bank")
        #expect(bundle.registry.entities.values.map(\.custody.text).sorted() == ["cn", "gb", "hk", "sg", "sg", "us"])
        #expect(bundle.inspection.verdict(on: .card, to: .vendor) == .block)
        #expect(bundle.inspection.verdict(on: .iban, to: .vendor) == .redact)
        #expect(bundle.inspection.verdict(on: .hkid, to: .inside) == .allow)
        #expect(
            bundle.networks.meaning(of: try #require(IPAddress("127.0.5.9")))
                == .site(SiteID("cn-shanghai"), Country("CN")))
        let site = try #require(bundle.policy.book.rules.first { $0.id == RuleID("R-ANT-SITE") })
        #expect(site.valid.start?.description == "2026-06-17T16:00:00Z")
        for rule in bundle.policy.book.rules {
            #expect(rule.text.others.map(\.language) == ["zh-Hans", "zh-Hant"], "\(rule.id)")
            for id in rule.evidence { #expect(bundle.claims[id] != nil) }
        }
        for deployment in bundle.registry.deployments.values {
            #expect(
                deployment.injections
                    == (deployment.wireProtocol == .openai && deployment.id != DeploymentID("deepseek-v4-pro-api")
                        ? [.streamUsage] : []))
        }
    }

    @Test func aMissingDetectorIsNotAllowed() {
        let settings = InspectionSettings()
        #expect(settings.verdict(on: .card, to: .vendor) == .block)
        #expect(settings.verdict(on: .card, to: .inside) == .redact)
    }

    @Test func aSnapshotReadsBack() throws {
        let bundle = try Repository.bank.get()
        let snapshot = bundle.snapshot()
        let again = try Bundle(snapshot: snapshot)
        #expect(again.hash == bundle.hash)
        #expect(again.snapshot() == snapshot)
        #expect(again.policy.book == bundle.policy.book)
        #expect(Set(bundle.zoneFiles.keys) == ["America/New_York", "Asia/Hong_Kong", "Europe/London"])
    }

    @Test func theOrderOfFilesDoesNotMatterAndEveryByteDoes() throws {
        let files = try Bundle.files(in: Repository.root + "/examples/bank")
        let bundle = try Bundle.load(files: files)
        #expect(try Bundle.load(files: files.reversed()).hash == bundle.hash)
        var changed = files
        changed[0].bytes += Array("# a comment\n".utf8)
        #expect(try Bundle.load(files: changed).hash != bundle.hash)
    }

    @Test func zoneTablesOfTheSnapshotAreUsed() throws {
        // A world in which Hong Kong keeps London's time: what the snapshot says, counts.
        let london = try #require(ZoneSource.system.bytes(of: "Europe/London"))
        let files = try Bundle.files(in: Repository.root + "/examples/bank")
        let other = try Bundle.load(files: files, zones: ZoneSource { _ in london })
        let start = other.policy.book.rules.first { $0.id == RuleID("R-ANT-SITE") }?.valid.start
        #expect(start?.description == "2026-06-17T23:00:00Z")
        let again = try Bundle(snapshot: other.snapshot())
        #expect(again.policy.book == other.policy.book)
        #expect(again.hash != (try Repository.bank.get()).hash)
    }

    @Test func aDamagedSnapshotIsRefused() throws {
        let snapshot = try Bundle.load(folder: Repository.root + "/library/testworld").snapshot()
        #expect(throws: BundleErrors.self) { try Bundle(snapshot: Array(snapshot.dropLast())) }
        #expect(throws: BundleErrors.self) { try Bundle(snapshot: []) }
        #expect(throws: BundleErrors.self) { try Bundle(snapshot: [0xA0]) }
        // A zone that no rule names, smuggled in: it would change the digest and nothing else.
        let bundle = try Bundle(snapshot: snapshot)
        let padded = Bundle.snapshot(
            name: bundle.name, files: bundle.files, zones: bundle.zoneFiles.merging(["X/Y": [1]]) { a, _ in a })
        #expect(throws: BundleErrors.self) { try Bundle(snapshot: padded) }
    }

    @Test func aDecisionIsReplayedFromSnapshotAndRecord() throws {
        let bundle = try Repository.bank.get()
        let now = try #require(Instant("2026-11-21T04:00:00Z"))
        let badge = Evidence(
            id: EvidenceID("badge-1"), kind: .badgeIn, country: Country("HK"), observed: now.adding(seconds: -60))
        let person = bundle.facts(
            of: PersonID("p-hk-banker"), entity: EntityID("meridian-hk"), site: Country("HK"), classes: .foreign,
            roles: ["employee"], designations: [], located: Located([badge], at: now))
        let call = bundle.policy.compile(
            CallFacts(
                principal: .human, persons: [person], useCase: bundle.useCaseFacts(UseCaseID("general")),
                data: try #require(bundle.dataFacts(useCase: UseCaseID("general")))))
        for deployment in bundle.deployments.values {
            let decision = bundle.policy.evaluate(call, deployment, at: now, knownAt: now)
            let encoded = decision.encoded
            let record = try DecisionRecord(encoded: encoded)
            #expect(record.input.bundle == bundle.hash)
            let replayed = try Bundle(snapshot: bundle.snapshot()).policy.evaluate(record.input)
            #expect(DecisionRecord(replayed) == record)
            #expect(replayed.encoded == encoded)
        }
    }

    @Test func anExplanationShowsTheWholeDecision() throws {
        let bundle = try Repository.bank.get()
        let now = try #require(Instant("2026-11-21T04:00:00Z"))
        let badge = Evidence(
            id: EvidenceID("badge-1"), kind: .badgeIn, country: Country("HK"), observed: now.adding(seconds: -90))
        let person = bundle.facts(
            of: PersonID("p-hk-banker"), entity: EntityID("meridian-hk"), site: Country("HK"), classes: .foreign,
            roles: ["employee"], designations: [], located: Located([badge], at: now))
        let call = bundle.policy.compile(
            CallFacts(
                principal: .human, persons: [person], useCase: bundle.useCaseFacts(UseCaseID("general")),
                data: try #require(bundle.dataFacts(useCase: UseCaseID("general")))))
        let deployment = try #require(bundle.deployments[DeploymentID("claude-opus-4-8-direct")])
        let explanation = Explanation(bundle.policy.evaluate(call, deployment, at: now, knownAt: now))
        var parser = JSONParser()
        let root = try parser.parse(explanation.json).root
        #expect(root["outcome"]?.string == "forbid")
        #expect(root["bundle"]?.string == bundle.hash.description)
        let grounds = try #require(root["grounds"]).elements.map { $0 }
        #expect(grounds.map { $0["id"]?.string } == ["R-ANT-GEO", "R-ANT-SITE"])
        let place = try #require(grounds[0]["clauses"]).elements.map { $0 }[2]
        let matched = try #require(place["any_of"]).elements.map { $0 }[0]
        #expect(matched["condition"]?.string == "caller.place not in anthropic-supported")
        #expect(try #require(matched["matched"]).elements.map { $0.string } == ["HK"])
        #expect(matched["certain"]?.boolean == true)
        let evidence = try #require(root["persons"]?.elements.map { $0 }[0]["evidence"]?.elements.map { $0 }[0])
        #expect(evidence["id"]?.string == "badge-1")
        #expect(evidence["age_seconds"]?.integer == 90)
        #expect(evidence["weight"]?.string == "A")
        #expect(root["persons"]?.elements.map { $0 }[0]["permits"]?.elements.map { $0.string } == ["A-2026-001"])
        #expect(explanation.text.contains("- id: R-ANT-SITE\n"))
        #expect(explanation.text.contains("condition: caller.site in greater-china"))
    }

    @Test func peopleAreRead() throws {
        let people = try PeopleFile(try Repository.bytes("examples/people.yaml"))
        #expect(Set(people.people.compactMap(\.site?.description)) == ["HK", "GB", "US", "SG", "CN"])
        let officers = people.people.filter { !$0.roles.isDisjoint(with: ["security", "compliance"]) }
        #expect(officers.count == 2)
        #expect(officers.map(\.accounts.count).max() == 2)
        #expect(people.people.filter { $0.classes == .unknown }.map(\.id) == [PersonID("p-gb-unknown")])
        let bundle = try Repository.bank.get()
        for person in people.people {
            #expect(bundle.registry.entities[person.entity] != nil)
            #expect(bundle.registry.useCases[person.useCase] != nil)
        }
        for service in people.services { #expect(bundle.registry.useCases[service.useCase] != nil) }
    }

    @Test func badPeopleAreNamed() {
        func faults(_ text: String) -> [String] {
            do throws(BundleErrors) {
                _ = try PeopleFile(Array(text.utf8))
                return []
            } catch {
                return error.faults.map(\.description)
            }
        }
        let person = "{id: p, name: N, title: T, entity: e, roles: [employee], accounts: [a], use_case: u}"
        #expect(faults("people: [\(person)]") == [])
        #expect(
            faults("people: [\(person), \(person)]") == [
                "people.yaml: account `a` stands twice", "people.yaml: person `p` stands twice",
            ])
        #expect(faults("people: [{id: p}]").count == 4)
        #expect(
            faults("people: []\nservices: [{account: s, name: S, accountable: [q], use_case: u}]") == [
                "people.yaml: service `s`: there is no person `q`"
            ])
    }
}
