/// Answers of an upstream that must be refused: what a vendor sends is not trusted either.
enum HostileAnswers {
    static let all: [(name: String, bytes: String)] = [
        ("no status line", "hello\r\n\r\n"),
        ("HTTP/2", "HTTP/2 200 OK\r\nContent-Length: 1\r\n\r\na"),
        ("status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\na"),
        ("status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 1\r\n\r\na"),
        ("status 700", "HTTP/1.1 700 OK\r\nContent-Length: 1\r\n\r\na"),
        ("status 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
        ("bare LF", "HTTP/1.1 200 OK\nContent-Length: 1\n\na"),
        ("bare CR", "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 1\r\n\r\na"),
        ("folded field", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 1\r\n\r\na"),
        ("space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na"),
        ("NUL", "HTTP/1.1 200 OK\r\nX: \u{0}\r\nContent-Length: 1\r\n\r\na"),
        ("length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na"),
        ("two equal lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"),
        ("length list", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na"),
        ("negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na"),
        ("length over 2^64", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551617\r\n\r\na"),
        ("coding gzip", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        (
            "coding twice",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("coding on HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("head too large", "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n"),
        ("too many fields", "HTTP/1.1 200 OK\r\n" + (0..<120).map { "X-\($0): y\r\n" }.joined() + "\r\n"),
        ("interim answers", String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 17)),
        ("chunk size with 0x", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"),
        (
            "chunk size over 2^64",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000001\r\na\r\n0\r\n\r\n"
        ),
        ("chunk size ended by LF", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"),
        ("chunk without an end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n"),
        ("trailer folded", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n z\r\n\r\n"),
    ]
}
