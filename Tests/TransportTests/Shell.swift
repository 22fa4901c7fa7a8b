// Runs somebody else's program, OpenSSL's own most of all, and says what it wrote.
import Glibc

enum Shell {
    /// Standard output and errors together.
    static func run(_ command: String) -> String {
        guard let pipe = popen("( \(command)\n) 2>&1", "r") else { return "popen failed" }
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, pipe)
            if count == 0 { break }
            output += piece[..<count]
        }
        pclose(pipe)
        return String(decoding: output, as: UTF8.self)
    }
}
