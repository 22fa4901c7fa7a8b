internal import Files
internal import Transport

/// Loopback ports by name that stay the same from one start to the next, as long as they are free. A file of lines
/// `name port`.
struct PortBook {
    private let path: String
    private var known: [String: UInt16] = [:]
    private var given: [String: UInt16] = [:]

    /// What cannot be read is chosen anew.
    init(_ path: String) {
        self.path = path
        let text = (try? WholeFile.read(path, limit: 65_536)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let port = UInt16(words[1]), port > 0 { known[String(words[0])] = port }
        }
    }

    /// The port of 127.0.0.1 for `name`: the old one, or a free one.
    mutating func port(of name: String) throws(SupervisionError) -> UInt16 {
        if let old = known[name], !given.values.contains(old), (try? PortBook.probe(old)) != nil {
            given[name] = old
            return old
        }
        // LIMIT: tries until the kernel names a port that was not given away just now.
        for _ in 0..<100 {
            let port: UInt16
            do throws(ListeningSocket.Failure) { port = try PortBook.probe(0) } catch { throw .listen(error) }
            guard !given.values.contains(port), !known.values.contains(port) else { continue }
            given[name] = port
            return port
        }
        throw .listen(.addressInUse(SocketAddress(.v4([127, 0, 0, 1]))))
    }

    private static func probe(_ port: UInt16) throws(ListeningSocket.Failure) -> UInt16 {
        try ListeningSocket.probe(SocketAddress(.v4([127, 0, 0, 1]), port: port)).port
    }

    func save() throws(SupervisionError) {
        guard given != known else { return }
        let text = given.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        do throws(FileError) { try WholeFile.replace(path, Array(text.utf8)) } catch { throw .file(error) }
    }
}
