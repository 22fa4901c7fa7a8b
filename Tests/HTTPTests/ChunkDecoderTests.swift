// Proves that chunked bodies are decoded exactly, however the bytes are split, and that sloppy framing is refused.
import Testing

@testable import HTTP

/// Feeds the pieces one after another; the decoded bytes, and what is left of the last piece when the body ended.
private func decode(_ pieces: [[UInt8]]) throws(HTTPFault) -> (body: [UInt8], ended: Bool, rest: Int) {
    var decoder = ChunkDecoder()
    var body: [UInt8] = []
    var fault: HTTPFault?
    for piece in pieces {
        var position = 0
        var ended = false
        piece.withUnsafeBytes { buffer in
            do throws(HTTPFault) {
                loop: while true {
                    switch try decoder.next(buffer, &position) {
                    case .data(let range): body += buffer[range]
                    case .end:
                        ended = true
                        break loop
                    case .needMore: break loop
                    }
                }
            } catch { fault = error }
        }
        if let fault { throw fault }
        if ended { return (body, true, piece.count - position) }
    }
    return (body, false, 0)
}

struct ChunkDecoderTests {
    static let good: [(String, String)] = [
        ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("0\r\n\r\n", ""),
        ("A\r\n0123456789\r\n1;x=y\r\n!\r\n0\r\n\r\n", "0123456789!"),
        ("1;x\r\na\r\n1;x;y=\"; \\\" \";z=1\r\nb\r\n0;last\r\n\r\n", "ab"),
        ("00005\r\nhello\r\n0\r\nTrailer: yes\r\nOther:z\r\n\r\n", "hello"),
        ("a\r\n\r\n\r\n0\r\n\r\nx\r\n0\r\n\r\n", "\r\n\r\n0\r\n\r\nx"),
    ]

    @Test(arguments: good)
    func decodesAtEverySplit(text: String, body: String) throws {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            let result = try decode([Array(bytes[..<split]), Array(bytes[split...])])
            #expect(result.body == Array(body.utf8))
            #expect(result.ended)
        }
        let single = try decode(bytes.map { [$0] })
        #expect(single.body == Array(body.utf8) && single.ended)
    }

    @Test func stopsBehindTheEnd() throws {
        let result = try decode([Array("1\r\nx\r\n0\r\n\r\nGET /".utf8)])
        #expect(result.rest == 5)
    }

    @Test(arguments: [
        "5\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "\r\nhello", " 5\r\nhello", "5 \r\nhello", "-5\r\nhello",
        "+5\r\nhello",
        "5\r\nhelloX", "5\r\nhello\n", "5\r\nhello\rX", "11111111111111111\r\n", "ffffffffffffffff\r\n",
        "5;\u{1}\r\nhello", "0\r\n\n", "5;\r\nhello", "5;=x\r\nhello", "5;x=\r\nhello",
        "5; x\r\nhello", "5 ;x\r\nhello",
        "5;x=\"y\r\nhello", "5;x=\"y\"z\r\nhello",
        "5;x\nhello", "5;x\ry\r\nhello", "5;x=y=z\r\nhello", "5;x;\r\nhello",
        "5,x\r\nhello", "8000000000000000\r\n", "1_0\r\n", "0\r\nX: a\rb\r\n\r\n", "0\r\nX: a\r\n b\r\n\r\n",
        "0\r\nBad Name: x\r\n\r\n", "0\r\n: x\r\n\r\n", "0\r\nx\r\n\r\n", "g\r\n", "0\r\nX: a\u{0}b\r\n\r\n",
    ])
    func refuses(text: String) throws {
        let bytes = Array(text.utf8)
        let fault = #expect(throws: HTTPFault.self) { _ = try decode([bytes]) }
        for split in 0...bytes.count {
            #expect(throws: try #require(fault)) { _ = try decode([Array(bytes[..<split]), Array(bytes[split...])]) }
        }
        #expect(throws: try #require(fault)) { _ = try decode(bytes.map { [$0] }) }
    }

    @Test func boundsExtensionsAndTrailers() {
        #expect(throws: Never.self) { _ = try decode([Array("7fffffffffffffff\r\n".utf8)]) }
        let long = String(repeating: "x", count: HeadLimits.chunkExtensionBytes)
        #expect(throws: Never.self) { _ = try decode([Array("1;\(long)\r\n".utf8)]) }
        #expect(throws: HTTPFault.malformedChunk) { _ = try decode([Array("1;\(long)x\r\n".utf8)]) }
        let field = "X: " + String(repeating: "y", count: HeadLimits.trailerBytes) + "\r\n"
        #expect(throws: HTTPFault.malformedTrailer) { _ = try decode([Array("0\r\n\(field)\r\n".utf8)]) }
    }
}
