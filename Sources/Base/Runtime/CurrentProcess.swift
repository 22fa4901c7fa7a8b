internal import CLinux
internal import Glibc

/// What a process knows of itself.
package enum CurrentProcess {
    package static var pid: Int32 { getpid() }

    /// Of the running program's file, links resolved; nil without /proc.
    package static var executable: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The environment for a child. Of a name that stands twice the first is taken, as getenv(3) does.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        guard var next = portcullis_environment() else { return variables }
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "="), variables[String(text[..<equals])] == nil {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }

    /// Processors that this process may run on; at least 1.
    package static var cores: Int { max(1, Int(portcullis_cores())) }
}
