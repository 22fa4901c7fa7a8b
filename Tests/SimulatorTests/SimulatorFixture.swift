// A simulated vendor on a port of its own, for the tests that speak to it over a socket.
import Bytes
import Files
import Glibc
import JSON
import Runtime
import TestKit

@testable import Simulator
@testable import Transport

@EventLoop
final class SimulatorFixture {
    nonisolated static let key = "sk-simulated-0123456789"

    nonisolated let port: UInt16
    nonisolated let logPath: String
    private let service: SimulatorService
    private let server: HTTPServer
    private let log: ByteLog

    /// Fixtures live as long as the test process, and their logs no longer.
    private static var all: [SimulatorFixture] = {
        atexit {
            for number in 0..<SimulatorFixture.mostLogs { unlink(SimulatorFixture.path(number)) }
        }
        return []
    }()

    /// LIMIT: logs that are removed at the end; more than the tests make.
    private nonisolated static let mostLogs = 5_000
    private nonisolated static func path(_ number: Int) -> String {
        "/tmp/portcullis-simulator-test-\(getpid())-\(number)"
    }

    /// - Parameter rate: tokens per second, high so that tests are short.
    nonisolated static func start(
        _ vendor: String, models: [String]? = nil, speaking: Set<VendorProtocol>? = nil, rate: Int = 1000,
        inBand: Bool = false, script: String? = nil
    ) async throws -> SimulatorFixture {
        TestLoop.start()
        let profile = try VendorProfile(name: vendor, speaking: speaking)
        var rules = Script.empty
        if let script { rules = try ScriptReader.script(Array(script.utf8)) }
        return try await make(profile, models ?? profile.usualModels, rate, inBand, rules)
    }

    private static func make(
        _ profile: VendorProfile, _ models: [String], _ rate: Int, _ inBand: Bool, _ script: Script
    ) throws -> SimulatorFixture {
        guard let address = SocketAddress("127.0.0.1:0") else { preconditionFailure("an address literal") }
        let path = path(all.count)
        unlink(path)
        let options = SimulatorOptions(
            vendor: profile, listen: address, keyFile: "", byteLog: path, models: models, tokensPerSecond: rate,
            scriptFile: nil, allowsInBandScript: inBand)
        let fixture = try SimulatorFixture(options, script)
        all.append(fixture)
        return fixture
    }

    private init(_ options: SimulatorOptions, _ script: Script) throws {
        log = try ByteLog(path: options.byteLog) { reason in preconditionFailure(reason) }
        service = SimulatorService(
            options, key: KeyCheck(SimulatorFixture.key), script: script, log: log, run: "0badcafe")
        server = HTTPServer(limits: ServerLimits(), handler: service) { status, message in
            ("text/plain", Array("engine \(status): \(message)".utf8))
        }
        server.tap = log
        let socket = try ListeningSocket.open(options.listen, shared: false)
        port = socket.address.port
        logPath = options.byteLog
        log.start(vendor: options.vendor.name, address: socket.address.description)
        server.listen(on: socket)
    }

    /// The byte log, once everything up to now is in it.
    func records() async throws -> [LoggedRecord] {
        await withUnsafeContinuation { continuation in log.flush { continuation.resume() } }
        return LoggedRecord.all(in: try WholeFile.read(logPath, limit: 1 << 28))
    }

    var runningCount: Int { service.runningCount }
}

/// A reader of the byte log that shares nothing with its writer but the format's page.
struct LoggedRecord {
    var kind: UInt8
    var detail: UInt8
    var connection: UInt64
    var wall: UInt64
    var monotonic: UInt64
    var payload: [UInt8]

    var text: String { String(decoding: payload, as: UTF8.self) }
    var exchange: UInt64 { LoggedRecord.number(payload, 0, 8) }

    static func all(in file: [UInt8]) -> [LoggedRecord] {
        var records: [LoggedRecord] = []
        var at = 0
        while at + 36 <= file.count {
            let length = Int(number(file, at, 4))
            guard length >= 36, at + length <= file.count, number(file, at + length - 4, 4) == UInt64(length) else {
                break
            }
            records.append(
                LoggedRecord(
                    kind: file[at + 4], detail: file[at + 5], connection: number(file, at + 8, 8),
                    wall: number(file, at + 16, 8), monotonic: number(file, at + 24, 8),
                    payload: Array(file[at + 32..<at + length - 4])))
            at += length
        }
        return at == file.count ? records : []
    }

    static func number(_ bytes: [UInt8], _ at: Int, _ size: Int) -> UInt64 {
        bytes[at..<at + size].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// One request over a connection of its own, and the whole answer.
struct Reply {
    var status: Int
    var head: String
    var body: String
    var isClosed: Bool
    var wasReset: Bool

    static func to(
        _ fixture: SimulatorFixture, _ method: String, _ path: String, _ body: String = "", headers: [String] = []
    ) throws -> Reply {
        guard let client = RawClient(port: fixture.port) else { throw NoConnection() }
        client.send(request(method, path, body, headers: headers + ["connection: close"]))
        let all = client.receiveAll()
        let parts = all.text.firstRange(of: "\r\n\r\n")
        let head = parts.map { String(all.text[..<$0.lowerBound]) } ?? all.text
        let rest = parts.map { String(all.text[$0.upperBound...]) } ?? ""
        return Reply(
            status: Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, head: head,
            body: head.contains("transfer-encoding: chunked") ? Reply.dechunked(rest) : rest, isClosed: all.isClosed,
            wasReset: all.wasReset)
    }

    struct NoConnection: Error {}

    static func request(_ method: String, _ path: String, _ body: String, headers: [String]) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "host: vendor"] + headers
        if !body.isEmpty { lines.append("content-length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// As far as whole chunks came.
    static func dechunked(_ text: String) -> String {
        var bytes = Array(text.utf8)[...]
        var body: [UInt8] = []
        while let end = bytes.firstIndex(of: 0x0D),
            let size = Int(String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self), radix: 16), size > 0,
            end + 2 + size <= bytes.endIndex
        {
            body += bytes[end + 2..<end + 2 + size]
            bytes = bytes[min(bytes.endIndex, end + 4 + size)...]
        }
        return String(decoding: body, as: UTF8.self)
    }

    var json: JSONValue? {
        var parser = JSONParser()
        return try? parser.parse(Array(body.utf8)).root
    }

    /// What each event's data says.
    var data: [String] {
        body.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }
}

/// Headers of a well-formed request.
enum Headers {
    static let openAI = ["authorization: Bearer \(SimulatorFixture.key)", "content-type: application/json"]
    static let anthropic = [
        "x-api-key: \(SimulatorFixture.key)", "anthropic-version: 2023-06-01", "content-type: application/json",
    ]
}

/// Waits for what another thread makes true; bounded at five seconds.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<2500 {
        if try await condition() { return true }
        await EventLoop.sleep(nanoseconds: .milliseconds(2))
    }
    return false
}

enum FileReading {
    /// The repository's folder.
    static var root: String { Folder.parent(of: Folder.parent(of: Folder.parent(of: #filePath))) }

    static func whole(_ path: String) throws -> [UInt8] { try WholeFile.read(path, limit: 1 << 28) }
}
