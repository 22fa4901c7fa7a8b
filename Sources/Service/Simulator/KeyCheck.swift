internal import Bytes
internal import Files
internal import HTTP

/// The one key that a simulated vendor accepts.
struct KeyCheck: Sendable {
    enum Presented: String, Sendable { case right, wrong, missing }

    /// LIMIT: bytes of a key file.
    private static let fileLimit = 4096
    private let key: SecretBytes

    init(_ key: String) { self.key = SecretBytes(Array(key.utf8)) }

    /// The file's only line.
    init(file path: String) throws(SimulatorError) {
        var bytes: [UInt8]
        do throws(FileError) {
            bytes = try WholeFile.read(path, limit: KeyCheck.fileLimit)
        } catch {
            throw .file(error)
        }
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty else { throw .key(path: path, problem: "holds no key") }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .key(path: path, problem: "holds more than the letters, digits and signs of one key")
        }
        key = SecretBytes(taking: &bytes)
    }

    /// Every key that is presented must be the right one: a second, wrong one is somebody's secret gone astray.
    func check(_ fields: HeaderFields, _ headers: [KeyHeader]) -> Presented {
        let presented = headers.compactMap { $0.key(in: fields) }
        guard !presented.isEmpty else { return .missing }
        return presented.allSatisfy { isRight($0) } ? .right : .wrong
    }

    private func isRight(_ presented: String) -> Bool { SecretBytes.equal(SecretBytes(Array(presented.utf8)), key) }
}
