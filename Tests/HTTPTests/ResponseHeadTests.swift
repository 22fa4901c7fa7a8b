// Proves that an upstream's heads are read as strictly as a client's, and their bodies delimited as RFC 9112 6.3 says.
import Testing

@testable import HTTP

private func parse(_ text: String) throws(HTTPFault) -> ResponseHead {
    let bytes = Array(text.utf8)
    var result: Result<ResponseHead, HTTPFault> = .failure(.malformedStatusLine)
    bytes.withUnsafeBytes { buffer in
        do throws(HTTPFault) { result = .success(try ResponseHead.parse(buffer)) } catch { result = .failure(error) }
    }
    return try result.get()
}

struct ResponseHeadTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, MessageBody.length(5), true),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, .none, true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", 200, .chunked, true),
        ("HTTP/1.1 200 OK\r\n\r\n", 200, .untilClose, false),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, .none, true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, .none, true),
        ("HTTP/1.1 429 Slow down\r\nContent-Length: 1\r\nConnection: close\r\n\r\n", 429, .length(1), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 200, .length(1), false),
    ])
    func reads(text: String, status: Int, body: MessageBody, keeps: Bool) throws {
        let head = try parse(text)
        #expect(head.status == status && head.body == body && head.keepsAlive == keeps)
    }

    @Test(arguments: [
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 200 O\u{1}K\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 700 X\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n",
    ])
    func refuses(text: String) {
        #expect(throws: HTTPFault.self) { try parse(text) }
    }
}
