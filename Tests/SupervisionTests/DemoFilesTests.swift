// Proves that ports and keys outlive a restart, that the terms' date is read, and that the example bank's deployments
// are all played by simulators that serve their paths and models.
import Bundle
import Files
import Installation
import Registry
import Testing
import Transport
import Vocabulary

@testable import Supervision

struct DemoFilesTests {
    private let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private static let repository = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(
            separator: "/")

    @Test func portsStayAsLongAsTheyAreFree() throws {
        let path = scratch.root + "/ports"
        var first = PortBook(path)
        let ports = [try first.port(of: "a"), try first.port(of: "b")]
        #expect(ports[0] != ports[1])
        try first.save()
        var second = PortBook(path)
        #expect([try second.port(of: "a"), try second.port(of: "b")] == ports)
        let taken = try PortReservation(SocketAddress(.v4([127, 0, 0, 1]), port: ports[0]))
        var third = PortBook(path)
        let other = try third.port(of: "a")
        #expect(other != ports[0] && other != ports[1])
        #expect(try third.port(of: "b") == ports[1])
        taken.release()
    }

    @Test func keysComeBackAsTheyWereWritten() throws {
        var book = KeyBook()
        book.people = "ab"
        book.keys = [
            KeyBook.Key(account: "a-1", id: "K1", text: "pck_\"1\\"), KeyBook.Key(account: "a-2", id: "K2", text: "x"),
        ]
        book.sources = [KeyBook.Source(id: "badge", kind: "badge_in", text: "pes_1")]
        let path = scratch.root + "/keys.json"
        try book.save(path)
        #expect(WholeFile.version(path)?.permissions == 0o600)
        #expect(KeyBook(file: path) == book)
        #expect(KeyBook(file: path).key(of: "a-2") == "x")
        try WholeFile.replace(path, Array("[1".utf8))
        #expect(KeyBook(file: path) == KeyBook())
    }

    @Test(arguments: [
        ("2026-01-01\n\nOne.\nTwo.\n", "One.\nTwo.\n"), ("2026-01-01\nOne.\n", nil), ("2026-13-01\n\nOne.\n", nil),
        ("terms\n\nOne.\n", nil), ("2026-01-01\n\n", nil), ("", nil),
    ])
    func termsBeginWithTheirDate(file: String, text: String?) {
        #expect(Example.Terms(Array(file.utf8))?.text == text)
    }

    @Test func theExampleIsFoundAboveTheProgram() throws {
        let root = Self.repository
        #expect(
            Example.folder(above: root + "/.build/x86_64-unknown-linux-gnu/release/portcullis") == root
                + "/examples/bank")
        #expect(Example.folder(above: "/usr/bin/portcullis") == nil)
        let example = try Example(bundle: root + "/examples/bank")
        #expect(example.terms.date == "2026-01-01")
        #expect(example.representatives.compactMap { $0.site?.description } == ["HK", "GB", "US", "SG", "CN"])
        #expect(Folder.isFile(example.notice))
    }

    @Test func everyDeploymentOfTheExampleIsPlayed() throws {
        let example = try Example(bundle: Self.repository + "/examples/bank")
        let registry = example.bundle.registry
        var ports = PortBook(scratch.root + "/ports")
        try Folder.create(scratch.folder.simulators)
        let vendors = try SimulatedVendor.all(of: registry, in: scratch.folder, executable: "/x", ports: &ports)
        #expect(vendors.map(\.name) == ["anthropic", "deepseek", "meridian", "microsoft", "openai"])
        #expect(Set(vendors.flatMap(\.deployments)) == Set(registry.deployments.keys))
        for vendor in vendors {
            let file = try WholeFile.read(scratch.folder.simulatorKey(vendor.name), limit: 1000)
            #expect(String(decoding: file, as: UTF8.self) == vendor.key + "\n")
            for id in vendor.deployments {
                #expect(try WholeFile.read(scratch.folder.credential(id), limit: 1000) == file)
                #expect(WholeFile.version(scratch.folder.credential(id))?.permissions == 0o600)
                let deployment = try #require(registry.deployments[id])
                #expect(vendor.hosts.contains(deployment.endpoint.host))
                let arguments = vendor.program.arguments
                let models = try #require(arguments.firstIndex(of: "--models"))
                #expect(arguments[models + 1].split(separator: ",").contains { $0 == deployment.upstreamModel })
            }
        }
        #expect(vendors.first { $0.name == "microsoft" }?.hosts.count == 2)
        #expect(vendors.first { $0.name == "microsoft" }?.program.arguments.last == "both")
        // A second start keeps the keys.
        let again = try SimulatedVendor.all(of: registry, in: scratch.folder, executable: "/x", ports: &ports)
        #expect(again.map(\.key) == vendors.map(\.key))
    }
}
