// Proves that a listener speaks TLS 1.2 and 1.3 and nothing older, resumes on every node and never past its check of
// clients, chooses its certificate by name, and ends each client that does not come in properly with its own reason.
import Bytes
import Glibc
import HTTP
import Runtime
import TestKit
import Testing

@testable import TLS
@testable import Transport

@EventLoop
final class Arrivals: ArrivalObserver {
    nonisolated init() {}
    var done: [String] = []
    var failed: [String] = []
    func handshakeDone(version: String, isResumed: Bool) { done.append(version + (isResumed ? " resumed" : "")) }
    func arrivalFailed(_ fault: ArrivalFault, from peer: SocketAddress) { failed.append(fault.code) }
}

struct TLSServerTests {
    let certificates = Certificates.shared

    private func start(
        _ identity: ServerIdentity, limits: ServerLimits = ServerLimits(), relays: [AddressNetwork] = []
    ) async -> (service: EchoService, port: UInt16, arrivals: Arrivals) {
        let service = await EchoService.start(
            limits: limits, options: ListenerOptions(identity: identity, relays: relays))
        let arrivals = Arrivals()
        await service.hear(arrivals)
        return (service, await service.port, arrivals)
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func aRequestIsAnswered(option: String, version: String) async throws {
        let (_, port, arrivals) = await start(try certificates.server())
        let said = certificates.ask(port, option + " -alpn http/1.1")
        #expect(said.contains("HTTP/1.1 401"))
        #expect(said.contains("ALPN protocol: http/1.1"))
        #expect(said.contains("Verify return code: 0 (ok)"))
        // The server said that it was done.
        #expect(!said.contains("unexpected eof"))
        #expect(await arrivals.done == [version])
    }

    @Test(arguments: [
        ("-tls1_1 -cipher DEFAULT@SECLEVEL=0", "no_shared_version"),
        ("-tls1_2 -cipher AES128-SHA", "no_shared_cipher"),
        ("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", "no_shared_cipher"), ("-alpn h2", "no_shared_protocol"),
        ("-CAfile other.pem -servername localhost", "refused_by_peer"),
    ])
    func whatIsNotSpokenIsRefusedByName(options: String, reason: String) async throws {
        let (_, port, arrivals) = await start(try certificates.server())
        let said = certificates.ask(port, options)
        #expect(!said.contains("HTTP/1.1 401"))
        #expect(await arrivals.failed == [reason])
    }

    @Test func clearTextIsToldSo() async throws {
        let (_, port, arrivals) = await start(try certificates.server())
        for method in ["GET", "DELETE", "CONNECT"] {
            let client = try #require(RawClient(port: port))
            client.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = client.receiveAll()
            #expect(answer.text.hasPrefix("HTTP/1.1 400") && answer.text.contains("https://") && !answer.wasReset)
        }
        #expect(await arrivals.failed == ["not_tls", "not_tls", "not_tls"])
    }

    @Test func theNameChoosesTheCertificate() async throws {
        let (_, port, _) = await start(try certificates.server(["gate", "second"]))
        #expect(certificates.ask(port, "-servername second.example").contains("subject=CN = second"))
        #expect(certificates.ask(port, "-servername gate.example").contains("subject=CN = gate"))
        #expect(certificates.ask(port, "-servername nobody.example").contains("subject=CN = gate"))
        #expect(certificates.ask(port, "-noservername").contains("subject=CN = gate"))
    }

    // MARK: Resumption

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func anyNodeResumesAnyNodesSession(option: String) async throws {
        let (_, first, _) = await start(try certificates.server())
        let (_, second, arrivals) = await start(try certificates.server())
        let (_, stranger, _) = await start(try certificates.server(secret: [UInt8](repeating: 8, count: 32)))
        let file = certificates.path("session\(option)")
        #expect(certificates.ask(first, "\(option) -sess_out \(file)").contains("\nNew, "))
        #expect(certificates.ask(second, "\(option) -sess_in \(file)").contains("\nReused, "))
        #expect(await arrivals.done.last?.hasSuffix("resumed") == true)
        #expect(certificates.ask(stranger, "\(option) -sess_in \(file)").contains("\nNew, "))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aSessionIsNoWayAroundTheCheckOfClients(option: String) async throws {
        let (_, open, _) = await start(try certificates.server())
        let identity = try certificates.server(authorities: "root.pem", clients: .required)
        let (_, closed, arrivals) = await start(identity)
        let (_, changed, _) = await start(try certificates.server(authorities: "other.pem", clients: .required))
        let bare = certificates.path("bare\(option)")
        _ = certificates.ask(open, "\(option) -sess_out \(bare)")
        #expect(!certificates.ask(closed, "\(option) -sess_in \(bare)").contains("HTTP/1.1 401"))
        #expect(await arrivals.failed == ["client_certificate_missing"])
        let admitted = certificates.path("admitted\(option)")
        let shown = "-cert person.pem -key person.key"
        #expect(certificates.ask(closed, "\(option) \(shown) -sess_out \(admitted)").contains("HTTP/1.1 401"))
        #expect(certificates.ask(closed, "\(option) -sess_in \(admitted)").contains("\nReused, "))
        // Other authorities by now: the session does not go on, and the certificate is not of theirs.
        let said = certificates.ask(changed, "\(option) \(shown) -sess_in \(admitted)")
        #expect(!said.contains("\nReused, ") && !said.contains("HTTP/1.1 401"))
    }

    @Test func ticketKeysOverlap() {
        let keys = TicketKeys(secret: .init(Certificates.secret))
        func bytes(_ window: Int64) -> [UInt8] { keys.keys(at: window).withUnsafeBytes { Array($0) } }
        let now = bytes(100)
        #expect(now.count == 240)
        #expect(now[80..<160] == bytes(99)[..<80])
        #expect(now[160...] == bytes(101)[..<80])
        #expect(Set(stride(from: 0, to: 240, by: 16).map { Array(now[$0..<$0 + 16]) }).count == 15)
    }

    // MARK: Clients' certificates

    @Test(
        arguments: [
            (ClientCertificates.required, "", "client_certificate_missing"),
            (.required, "-cert person.pem -key person.key", nil),
            (.required, "-cert intruder.pem -key intruder.key", "unknown_issuer"),
            (.required, "-cert expired.pem -key expired.key", "certificate_expired"), (.optional, "", nil),
            (.optional, "-cert person.pem -key person.key", nil),
            (.optional, "-cert intruder.pem -key intruder.key", "unknown_issuer"),
        ] as [(ClientCertificates, String, String?)])
    func clientsAreChecked(mode: ClientCertificates, options: String, reason: String?) async throws {
        let (_, port, arrivals) = await start(try certificates.server(authorities: "root.pem", clients: mode))
        let said = certificates.ask(port, options)
        #expect(said.contains("HTTP/1.1 401") == (reason == nil))
        #expect(await arrivals.failed == [reason].compactMap { $0 })
    }

    // MARK: Bytes

    @Test func smallRecordsMakeAWholeBody() async throws {
        let (_, port, _) = await start(try certificates.server())
        let body = String(repeating: "0123456789", count: 5_000)
        let path = certificates.path("body")
        _ = Shell.run("printf '%s' '\(body)' > \(path)")
        let head = "POST /echo HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\nContent-Length: 50000\\r\\n\\r\\n"
        let said = Shell.run(
            "cd \(certificates.folder); ( printf '\(head)'; cat body ) | timeout 10 openssl s_client -quiet -connect 127.0.0.1:\(port) -CAfile root.pem -ign_eof -max_send_frag 512"
        )
        #expect(said.hasSuffix("\r\n\r\n" + body))
    }

    @Test func aCutStreamIsNoCleanEnd() async throws {
        let (_, port, _) = await start(try certificates.server())
        let said = certificates.ask(port, request: "GET /stream?abort")
        #expect(said.contains("event: error"))
        #expect(said.contains("unexpected eof while reading"))
    }

    @Test func aSlowHandshakeIsEnded() async throws {
        var limits = ServerLimits()
        limits.arrivalTime = .milliseconds(100)
        let (service, port, arrivals) = await start(try certificates.server(), limits: limits)
        for beginning in [[], [22], [22, 3, 1, 0, 200, 1]] as [[UInt8]] {
            let client = try #require(RawClient(port: port))
            client.send(beginning)
            #expect(client.receiveAll().isClosed)
        }
        #expect(await arrivals.failed == ["timed_out", "timed_out", "timed_out"])
        #expect(await service.connections == 0)
    }

    @Test func handshakesAreBounded() async throws {
        var limits = ServerLimits()
        limits.arrivals = 2
        let (_, port, arrivals) = await start(try certificates.server(), limits: limits)
        let waiting = [RawClient(port: port), RawClient(port: port)]
        let third = try #require(RawClient(port: port))
        #expect(third.receiveAll().isClosed)
        #expect(await arrivals.failed == ["overloaded"])
        #expect(waiting.compactMap { $0 }.count == 2)
    }

    // MARK: Files

    @Test(arguments: [
        ("gate.pem", "second.key", "second.key: holds the key of another certificate"),
        ("reversed.pem", "gate.key", "reversed.pem: holds a chain out of order"),
        ("expired.pem", "expired.key", "expired.pem: holds a certificate that has expired"),
        ("gate.pem", "locked.key", "locked.key: holds an encrypted private key"),
        ("gate.pem", "loose.key", "loose.key may be read by others (mode 644)"),
        ("empty.pem", "gate.key", "empty.pem: holds no certificate"),
        ("nonsense.pem", "gate.key", "nonsense.pem: holds no certificate"),
        ("gate.pem", "empty.pem", "empty.pem may be read by others"),
        ("gate.pem", "missing.key", "missing.key: no such file"),
        ("weak.pem", "weak.key", "weak.pem: holds a certificate"),
    ])
    func badFilesAreNamed(chain: String, key: String, message: String) {
        let files = TLSServerContext.Files(
            certificates: [CertificateFiles(chain: certificates.path(chain), key: certificates.path(key))])
        do throws(TLSError) {
            _ = try TLSServerContext(files, tickets: TicketKeys(secret: .init(Certificates.secret)))
            Issue.record("accepted")
        } catch {
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test func newFilesAreUsedAndBadOnesAreNot() async throws {
        let folder = certificates.path("served")
        _ = Shell.run("mkdir \(folder); cd \(folder); cp ../gate.pem chain.pem; cp ../gate.key chain.key")
        let pair = CertificateFiles(chain: folder + "/chain.pem", key: folder + "/chain.key")
        let identity = try ServerIdentity(
            TLSServerContext.Files(certificates: [pair]), tickets: TicketKeys(secret: .init(Certificates.secret)))
        let (_, port, _) = await start(identity)
        #expect(identity.reload() == nil)
        _ = Shell.run("cd \(folder); cp ../second.pem chain.pem")
        // The first look sees a change that may not be over; the second finds the key missing.
        #expect(identity.reload() == nil)
        #expect(identity.reload() == .kept(.material(path: pair.key, .keyMismatch)))
        #expect(identity.reload() == nil)
        #expect(certificates.ask(port).contains("subject=CN = gate"))
        _ = Shell.run("cd \(folder); cp ../second.key chain.key")
        #expect(identity.reload() == nil)
        #expect(identity.reload() == .replaced(notAfter: identity.notAfter))
        #expect(certificates.ask(port).contains("subject=CN = second"))
    }
}
