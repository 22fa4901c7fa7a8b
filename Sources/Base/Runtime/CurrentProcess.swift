internal import CLinux
internal import Glibc

/// What a process knows of itself.
package enum CurrentProcess {
    package static var pid: Int32 { getpid() }

    /// Of the running program's file, links resolved; nil without /proc.
    package static var executable: String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
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
    package static var cores: Int {
        var set = cpu_set_t()
        guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return 1 }
        return max(1, withUnsafeBytes(of: set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } })
    }
}
