// Proves that heads are read as RFC 9112 has them, that everything ambiguous is refused with the right status, and that
// the answer does not depend on how the bytes were split.
import Testing

@testable import HTTP

private func parse(_ text: String) throws(HTTPFault) -> RequestHead {
    let bytes = Array(text.utf8)
    var fault: HTTPFault?
    var head: RequestHead?
    bytes.withUnsafeBytes { buffer in
        var scanner = HeadScanner()
        do throws(HTTPFault) {
            guard let length = try scanner.scan(buffer) else { return }
            head = try RequestHead.parse(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        } catch { fault = error }
    }
    if let fault { throw fault }
    guard let head else { throw .malformedRequestLine }
    return head
}

struct RequestHeadTests {
    @Test func readsAnOrdinaryHead() throws {
        let head = try parse(
            "POST /v1/messages?beta=true HTTP/1.1\r\nHost: gate.example:8080\r\nX-Api-Key:  k-1 \r\n"
                + "Content-Length: 12\r\nConnection: keep-alive, Upgrade\r\n\r\n")
        #expect(head.method == "POST")
        #expect(head.path == "/v1/messages")
        #expect(head.query == "beta=true")
        #expect(head.fields.value(of: "x-api-key") == "k-1")
        #expect(head.body == .length(12))
        #expect(head.keepsAlive)
        #expect(!head.expectsContinue)
    }

    @Test(arguments: [
        ("GET / HTTP/1.0\r\n\r\n", false), ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false), ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
    ])
    func persistence(text: String, keeps: Bool) throws {
        #expect(try parse(text).keepsAlive == keeps)
    }

    @Test func absoluteFormOfThisHostBecomesOriginForm() throws {
        #expect(try parse("GET http://a.example/x?y HTTP/1.1\r\nHost: A.example\r\n\r\n").target == "/x?y")
        #expect(try parse("GET http://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n").target == "/")
    }

    static let refused: [(String, HTTPFault, Int)] = [
        ("GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed, 400),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed, 400),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine, 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformedRequestLine, 400),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine, 400),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .unsupportedVersion, 505),
        ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", .unsupportedVersion, 505),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine, 400),
        ("GET /%0d%0aX: y HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET /%0D HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .foreignAuthority, 400),
        ("GET /\r\n\r\n", .malformedRequestLine, 400),
        ("PRI * HTTP/2.0\r\n\r\n", .unsupportedVersion, 505),
        ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", .unsupportedVersion, 505),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", .unsupportedMethod, 501),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", .unsupportedMethod, 501),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .unsupportedMethod, 501),
        ("GETX / HTTP/1.1\r\nHost: a\r\n\r\n", .unsupportedMethod, 501),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", .malformedTarget, 400),
        ("GET /é HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET /%0a HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget, 400),
        ("GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", .foreignAuthority, 400),
        ("GET http://a:81/ HTTP/1.1\r\nHost: a:80\r\n\r\n", .foreignAuthority, 400),
        ("GET / HTTP/1.1\r\n\r\n", .missingHost, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost, 400),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a:\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a:123456\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: :80\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: []\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: [a.example]\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .malformedFieldName, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n y: z\r\n\r\n", .foldedField, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0B}b\r\n\r\n", .malformedFieldValue, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", .malformedFieldValue, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .malformedFieldValue, 400),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            .lengthAndTransferEncoding, 400
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", .repeatedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", .repeatedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", .repeatedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000000005\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n", .malformedContentLength, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", .unsupportedTransferEncoding, 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,\r\n\r\n", .unsupportedTransferEncoding, 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n", .unsupportedTransferEncoding, 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\u{B}\r\n\r\n", .malformedFieldValue, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", .unsupportedTransferEncoding, 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unsupportedTransferEncoding, 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n", .malformedFieldValue, 400),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .repeatedTransferEncoding, 400
        ),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10, 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", .unsupportedExpectation, 417),
    ]

    @Test(arguments: refused)
    func refuses(text: String, fault: HTTPFault, status: Int) {
        #expect(throws: fault) { try parse(text) }
        #expect(fault.status == status)
        #expect(!fault.message.isEmpty)
    }

    @Test func limits() {
        let many = (0...HeadLimits.fields).map { "X-\($0): y\r\n" }.joined()
        #expect(throws: HTTPFault.tooManyFields) { try parse("GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n") }
        let fits = (0..<HeadLimits.fields - 1).map { "X-\($0): y\r\n" }.joined()
        #expect(throws: Never.self) { try parse("GET / HTTP/1.1\r\nHost: a\r\n" + fits + "\r\n") }
        let frame = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n".utf8.count
        let longest = String(repeating: "x", count: HeadLimits.bytes - frame)
        #expect(throws: Never.self) { try parse("GET / HTTP/1.1\r\nHost: a\r\nX: \(longest)\r\n\r\n") }
        #expect(throws: HTTPFault.headTooLarge) { try parse("GET / HTTP/1.1\r\nHost: a\r\nX: \(longest)x\r\n\r\n") }
        // What stands beyond the limit does not change the fault.
        #expect(throws: HTTPFault.headTooLarge) { try parse("GET / HTTP/1.1\r\nHost: a\r\nX: \(longest)xxxxx\n\r\n") }
    }

    @Test(arguments: [
        "a", "a.example", "a.example:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[2001:db8::1]:443", "a_b-c",
    ])
    func acceptsHosts(host: String) throws {
        #expect(try parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").fields.value(of: "host") == host)
    }

    static let whole = [
        "POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-Y: z\r\n\r\n",
        "GET http://a/x?y=%41 HTTP/1.1\r\nhost: a\r\nExpect: 100-continue\r\n\r\nand more",
    ]

    /// The head, its end, or the fault, when the bytes come in pieces that end at `cuts`.
    private func outcome(_ bytes: [UInt8], cuts: [Int]) -> Result<[String], HTTPFault> {
        bytes.withUnsafeBytes { buffer in
            var scanner = HeadScanner()
            do throws(HTTPFault) {
                for cut in cuts + [bytes.count] {
                    let piece = UnsafeRawBufferPointer(rebasing: buffer[..<cut])
                    guard let length = try scanner.scan(piece) else { continue }
                    let head = try RequestHead.parse(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
                    let fields = head.fields.all.map { $0.name + "=" + $0.value }
                    let framing = ["\(length)", "\(head.body)", "\(head.keepsAlive)"]
                    return .success([head.method, head.target] + framing + fields)
                }
                return .success([])
            } catch { return .failure(error) }
        }
    }

    /// Every good and every refused head, cut once at each position, and byte by byte.
    @Test(arguments: whole + refused.map(\.0))
    func splittingChangesNothing(text: String) {
        let bytes = Array(text.utf8)
        let expected = outcome(bytes, cuts: [])
        #expect(expected != .success([]), "the head is not whole")
        for cut in 0...bytes.count where outcome(bytes, cuts: [cut]) != expected {
            Issue.record("cut at \(cut), it is read otherwise")
        }
        #expect(outcome(bytes, cuts: Array(0..<bytes.count)) == expected)
    }
}
