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
        ("GET / HTTP/1.1\r\n\r\n", .missingHost, 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost, 400),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .malformedHost, 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .malformedHost, 400),
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
    }

    @Test(arguments: [
        "POST /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-Y: z\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
    ])
    func splittingChangesNothing(text: String) {
        let bytes = Array(text.utf8)
        func outcome(splitAt split: Int) -> Result<Int?, HTTPFault> {
            bytes.withUnsafeBytes { buffer in
                var scanner = HeadScanner()
                do throws(HTTPFault) {
                    if let early = try scanner.scan(UnsafeRawBufferPointer(rebasing: buffer[..<split])) {
                        return .success(early)
                    }
                    return .success(try scanner.scan(buffer))
                } catch { return .failure(error) }
            }
        }
        let whole = outcome(splitAt: 0)
        for split in 0...bytes.count { #expect(outcome(splitAt: split) == whole) }
    }
}
