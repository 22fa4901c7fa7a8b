/// Heads that must be refused, with the status: the probes of the engine's own table, sent over a socket.
enum RefusedHeads {
    static let all: [(text: String, name: String, status: Int)] = [
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "CL + TE",
            400
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "two CL, different", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "two CL, same", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", "CL list", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", "CL +5", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello", "CL hex", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\nhello", "CL empty", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello", "CL negative", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", "CL over 2^64", 400),
        ("POST / HTTP/1.1\nHost: a\nContent-Length: 5\n\nhello", "bare LF", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "bare CR in a value", 400),
        ("POST / HTTP/1.1\r\nHost : a\r\n\r\n", "space before the colon", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", "TE xchunked", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "TE gzip, chunked", 501),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "TE twice", 400
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n", "vertical tab in TE", 400),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "TE on HTTP/1.0", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", "folded header", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n", "NUL in a header", 400),
        ("GET / HTTP/1.1\r\n\r\n", "no Host", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "two Hosts", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n", "head of 200 KB", 431),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10737418240\r\n\r\n", "body of 10 GB declared", 413),
        ("GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n", "foreign absolute-form", 400),
        ("GET /%0d%0aX:y HTTP/1.1\r\nHost: a\r\n\r\n", "encoded CR LF", 400),
        ("GET /\r\n", "HTTP/0.9", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2 preface", 505),
        ("get / HTTP/1.1\r\nHost: a\r\n\r\n", "lower-case method", 501),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", "TRACE", 501),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "CONNECT", 501),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", "asterisk-form", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "bad Host", 400),
    ]
}
