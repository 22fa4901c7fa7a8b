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
        ("HTTP/1.1 304 Not Modified\r\n\r\n", 304, .none, true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, .none, false),
        ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 204, .none, false),
        ("HTTP/1.1 429 Slow down\r\nContent-Length: 1\r\nConnection: close\r\n\r\n", 429, .length(1), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 200, .length(1), false),
    ])
    func reads(text: String, status: Int, body: MessageBody, keeps: Bool) throws {
        let head = try parse(text)
        #expect(head.status == status && head.body == body && head.keepsAlive == keeps)
    }

    @Test(arguments: [
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "ICY 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
        "HTTP/1.1 200 O\u{1}K\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 700 X\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n",
    ])
    func refuses(text: String) {
        #expect(throws: HTTPFault.self) { try parse(text) }
    }

    /// Every answer above, cut once at each position, is found to end where it ends.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200\n\r\n\r\n",
        "hello\r\n\r\n",
    ])
    func splittingChangesNothing(text: String) {
        let bytes = Array(text.utf8)
        func outcome(_ cuts: [Int]) -> Result<Int?, HTTPFault> {
            bytes.withUnsafeBytes { buffer in
                var scanner = HeadScanner(.answer)
                do throws(HTTPFault) {
                    for cut in cuts {
                        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<cut])
                        if let length = try scanner.scan(piece) { return .success(length) }
                    }
                    return .success(nil)
                } catch { return .failure(error) }
            }
        }
        let expected = outcome([bytes.count])
        #expect(expected != .success(nil))
        for cut in 0...bytes.count { #expect(outcome([cut, bytes.count]) == expected) }
        #expect(outcome(Array(0...bytes.count)) == expected)
    }
}
