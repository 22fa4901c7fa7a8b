// Proves that the README's model inside the perimeter is a bundle: its pieces, added to the example bank, load, and the
// deployment is reached as the text says.
import Registry
import Testing
import Vocabulary

@testable import Bundle

struct ReadmeTests {
    /// The pieces by the file that each begins with: `# models.yaml, …`.
    private func pieces() throws -> [String: String] {
        let text = String(decoding: try Repository.bytes("README.md"), as: UTF8.self)
        let start = try #require(text.firstRange(of: "```yaml\n")).upperBound
        let end = try #require(text[start...].firstRange(of: "```")).lowerBound
        var pieces: [String: String] = [:]
        var name = ""
        for line in text[start..<end].split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# ") {
                name = String(line.dropFirst(2).prefix { $0 != "," })
            } else {
                pieces[name, default: ""] += line + "\n"
            }
        }
        return pieces
    }

    @Test func theModelInsideThePerimeterLoads() throws {
        var pieces = try pieces()
        var files = try Bundle.files(in: Repository.root + "/examples/bank")
        for index in files.indices {
            guard let piece = pieces.removeValue(forKey: files[index].path) else { continue }
            files[index].bytes += Array("\n\(piece)".utf8)
        }
        #expect(pieces.isEmpty, "the README names a file that the bank does not have")
        let bundle = try Bundle.load(files: files)
        let asked = try #require(bundle.registry.resolve(modelName: "llama-3.3-70b"))
        let deployment = try #require(bundle.registry.candidates(for: asked).first)
        #expect(deployment.insidePerimeter && deployment.authentication == .none)
        #expect(deployment.endpoint.host == "127.0.0.1" && deployment.endpoint.port == 11434)
    }
}
