internal import CBOR

/// The recorded part of a head: method and path, or status, and the headers on the gateway's list.
package struct RecordedHeaders: Equatable, Sendable {
    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    /// Never recorded, whoever asks for it: what opens an account.
    package static let credentials: Set<String> = [
        "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "set-cookie",
    ]

    package private(set) var headers: [Header] = []

    package init() {}

    package init(_ headers: [(name: String, value: String)]) {
        self.headers.reserveCapacity(headers.count)
        for (name, value) in headers { append(name, value) }
    }

    /// Names are kept in lower case. A header that carries a credential is left out.
    package mutating func append(_ name: String, _ value: String) {
        let name = name.utf8.contains { (0x41...0x5A).contains($0) } ? name.lowercased() : name
        guard !RecordedHeaders.credentials.contains(name) else { return }
        headers.append(Header(name: name, value: value))
    }

    func write(to writer: inout CBORWriter) {
        writer.array(count: headers.count)
        for header in headers {
            writer.array(count: 2)
            writer.text(header.name)
            writer.text(header.value)
        }
    }

    init(_ decoder: RecordDecoder) throws(RecordProblem) {
        for item in try decoder.array("headers") {
            guard let pair = item.asArray, pair.count == 2, let name = pair[0].asText, let value = pair[1].asText else {
                throw RecordProblem(key: "headers", expected: "an array of [name, value]")
            }
            headers.append(Header(name: name, value: value))
        }
    }
}
