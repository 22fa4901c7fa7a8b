// Proves that a command line is read whole or refused with the option and the remedy named, and which paths, keys and
// models each vendor then has.
import Files
import HTTP
import JSON
import Testing
import Transport

@testable import Simulator

struct OptionsTests {
    static let least = ["--vendor", "openai", "--listen", "127.0.0.1:0", "--api-key-file", "k", "--byte-log", "b"]

    @Test func everyOptionIsRead() throws {
        let options = try SimulatorOptions.parse([
            "--vendor=inside", "--listen", "[::1]:8081", "--api-key-file", "k", "--byte-log=b", "--models", "a,b",
            "--protocol",
            "both", "--tokens-per-second", "7", "--script", "s", "--in-band-script",
        ])
        #expect(options.vendor.name == "inside" && options.vendor.protocols == [.openAI, .anthropic])
        #expect(
            options.listen.description == "[0:0:0:0:0:0:0:1]:8081" && options.keyFile == "k" && options.byteLog == "b")
        #expect(options.models == ["a", "b"] && options.tokensPerSecond == 7)
        #expect(options.scriptFile == "s" && options.allowsInBandScript)
        let usual = try SimulatorOptions.parse(Self.least)
        #expect(usual.tokensPerSecond == 50 && usual.models == ["gpt-5.5", "gpt-5.5-mini"] && usual.scriptFile == nil)
        #expect(!usual.allowsInBandScript)
    }

    @Test(arguments: [
        (["--vendor", "openai"], "--listen is missing"), (["what"], "unexpected argument what"),
        (["--colour", "red"], "unknown option --colour"), (least + ["--vendor", "x"], "--vendor is given twice"),
        (least + ["--in-band-script=yes"], "--in-band-script takes no value"),
        (least + ["--models"], "--models needs a value"),
        (least + ["--models", "a,,b"], "--models must be"),
        (least + ["--models", "a,a"], "--models must be different"),
        (least + ["--tokens-per-second", "0"], "--tokens-per-second must be a whole number from 1 to 1000"),
        (least + ["--tokens-per-second", "1001"], "--tokens-per-second must be"),
        (least + ["--protocol", "google"], "--protocol must be openai, anthropic or both"),
        (least + ["--protocol", "anthropic"], "vendor openai offers no anthropic endpoint"),
        (["--vendor", "no spaces", "--listen", "x"], "--vendor must be"),
        (["--vendor", "openai", "--listen", "localhost:1"], "--listen must be an address and a port"),
    ])
    func aBadCommandLineIsRefused(_ arguments: [String], _ sentence: String) {
        let error = #expect(throws: SimulatorError.self) { try SimulatorOptions.parse(arguments) }
        #expect(
            error?.message.hasPrefix(sentence) == true || error?.message.contains(sentence) == true,
            "\(error?.message ?? "")")
        #expect(error?.exitStatus == 2)
    }

    @Test(arguments: [
        ("openai", "/v1/chat/completions", "chat openai"), ("openai", "/v1/models/gpt-5.5", "model"),
        ("openai", "/openai/v1/chat/completions", ""), ("openai", "/v1/messages", ""),
        ("openai", "/chat/completions", ""),
        ("azure", "/openai/v1/chat/completions", "chat openai"), ("azure", "/anthropic/v1/messages", "chat anthropic"),
        ("azure", "/v1/chat/completions", ""), ("microsoft", "/anthropic/v1/messages/count_tokens", "count"),
        ("anthropic", "/v1/messages", "chat anthropic"), ("anthropic", "/v1/models", "models anthropic"),
        ("anthropic", "/anthropic/v1/messages", ""), ("deepseek", "/v1/chat/completions", "chat openai"),
        ("deepseek", "/anthropic/v1/messages", ""), ("meridian", "/v1/models", "models openai"),
        ("openai", "/_simulator/flush", "administration"),
    ])
    func eachVendorHasItsPaths(_ vendor: String, _ path: String, _ expected: String) throws {
        let route = Route.find(path[...], try VendorProfile(name: vendor, speaking: nil), hasVersion: false)
        let name =
            switch route {
            case .chat(let wire): "chat \(wire.rawValue)"
            case .models(let wire): "models \(wire.rawValue)"
            case .model: "model"
            case .countTokens: "count"
            case .administration: "administration"
            case nil: ""
            }
        #expect(name == expected)
    }

    @Test func theVersionHeaderChoosesWherePathsAreShared() throws {
        let both = try VendorProfile(name: "meridian", speaking: [.openAI, .anthropic])
        #expect(Route.find("/v1/models", both, hasVersion: true) == .models(.anthropic))
        #expect(Route.find("/v1/models", both, hasVersion: false) == .models(.openAI))
        #expect(Route.find("/v1/messages", both, hasVersion: false) == .chat(.anthropic))
    }

    @Test(arguments: [
        (
            "openai", VendorProtocol.openAI, ["authorization: Bearer KEY"],
            ["x-api-key: KEY", "api-key: KEY", "authorization: Basic KEY"]
        ),
        ("azure", .openAI, ["api-key: KEY", "authorization: bearer KEY"], ["x-api-key: KEY"]),
        ("azure", .anthropic, ["api-key: KEY", "x-api-key: KEY"], []),
        ("anthropic", .anthropic, ["x-api-key: KEY", "authorization: Bearer KEY"], ["api-key: KEY"]),
        ("meridian", .anthropic, ["x-api-key: KEY", "authorization: Bearer KEY"], ["api-key: KEY"]),
        (
            "deepseek", .openAI, ["authorization: Bearer KEY"],
            ["authorization: Bearer KEY\r\nauthorization: Bearer KEY"]
        ),
    ])
    func eachVendorTakesItsKey(_ vendor: String, _ wire: VendorProtocol, _ good: [String], _ bad: [String]) throws {
        let profile = try VendorProfile(name: vendor, speaking: nil)
        func presented(_ header: String, _ key: String) throws -> KeyCheck.Presented {
            let text =
                "GET / HTTP/1.1\r\nhost: a\r\n\(header.replacing("KEY", with: key))\r\n\r\n"
            let head = try Array(text.utf8).withUnsafeBytes { try RequestHead.parse($0) }
            return KeyCheck("sk-1").check(head.fields, profile.keyHeaders(of: wire))
        }
        for header in good {
            #expect(try presented(header, "sk-1") == .right)
            #expect(try presented(header, "sk-2") == .wrong)
            #expect(try presented(header, "sk-11") == .wrong)
        }
        for header in bad { #expect(try presented(header, "sk-1") == .missing) }
        if good.count > 1 {
            #expect(try presented(good[0] + "\r\n" + good[1].replacing("KEY", with: "sk-9"), "sk-1") == .wrong)
        }
    }

    @Test(arguments: [("openai", "/v1/models"), ("anthropic", "/v1/models")])
    func modelsAreListedInTheVendorsShape(_ vendor: String, _ path: String) async throws {
        let fixture = try await SimulatorFixture.start(vendor, models: ["m-1", "m-2"])
        let headers = vendor == "openai" ? Headers.openAI : Headers.anthropic
        let list = try #require(try Reply.to(fixture, "GET", path, headers: headers).json)
        #expect(Array(try #require(list["data"]?.elements)).map { $0["id"]?.string } == ["m-1", "m-2"])
        #expect((list["object"]?.string == "list") == (vendor == "openai"))
        #expect((list["has_more"]?.boolean == false) == (vendor == "anthropic"))
        let one = try Reply.to(fixture, "GET", path + "/m-2", headers: headers)
        #expect(one.status == 200 && one.json?["id"]?.string == "m-2")
        #expect(try Reply.to(fixture, "GET", path + "/m-3", headers: headers).status == 404)
    }

    @Test func tokensAreCountedByBytes() async throws {
        let fixture = try await SimulatorFixture.start("anthropic")
        let body = #"{"model":"claude-opus-4-8","messages":[{"role":"user","content":"hi"}]}"#
        let reply = try Reply.to(fixture, "POST", "/v1/messages/count_tokens", body, headers: Headers.anthropic)
        #expect(reply.json?["input_tokens"]?.integer == Int64((body.utf8.count + 3) / 4))
        let refused = try Reply.to(
            fixture, "POST", "/v1/messages/count_tokens", String(body.dropLast()) + #","max_tokens":5}"#,
            headers: Headers.anthropic)
        #expect(refused.status == 400 && refused.body.contains("max_tokens: Extra inputs"))
    }

    @Test(arguments: [
        ("", "holds no key"), ("\n", "holds no key"), ("a b\n", "holds more than"), ("a\nb", "holds more than"),
    ])
    func aBadKeyFileIsRefused(_ content: String, _ problem: String) throws {
        let path = "/tmp/portcullis-simulator-key-\(content.utf8.count)-\(problem.utf8.count)"
        try WholeFile.replace(path, Array(content.utf8))
        let error = #expect(throws: SimulatorError.self) { try KeyCheck(file: path) }
        #expect(error?.message.contains(problem) == true)
        #expect(throws: SimulatorError.self) { try KeyCheck(file: path + "-missing") }
    }
}
