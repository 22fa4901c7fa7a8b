internal import CLinux
internal import Glibc
internal import Runtime

/// What every program reports of itself, under the names that Prometheus' client libraries use.
extension Metrics {
    package func addProcess(version: String) {
        let build: [(StaticString, String)] = [("version", version)]
        info("portcullis_build_info", "The program's version; always 1.") { build }
        let started = Double(Clocks.wall) / 1e9
        measure("process_start_time_seconds", "Start of the process since 1970-01-01 UTC in seconds.") { started }
        gauge("process_resident_memory_bytes", "Resident memory in bytes.") { ProcessFigures.residentBytes }
        total("process_cpu_seconds_total", "User and system CPU time in seconds.") { ProcessFigures.cpuSeconds }
        gauge("process_open_fds", "Open file descriptors.") { ProcessFigures.openDescriptors }
        let limit = DescriptorLimit.raise()
        gauge("process_max_fds", "The limit of open file descriptors.") { limit }
    }
}

/// Figures of the own process, read when asked. /proc is no disk: reading it does not wait.
enum ProcessFigures {
    static var residentBytes: Int {
        // statm: sizes in pages, the second is what is resident (proc(5)).
        guard let text = read("/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    static var cpuSeconds: Double {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// Linux 6.2 and later say it as the size of the folder; before that, 0.
    static var openDescriptors: Int {
        var status = stat()
        guard stat("/proc/self/fd", &status) == 0 else { return 0 }
        return Int(status.st_size)
    }

    private static func read(_ path: String) -> String? {
        let descriptor = portcullis_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
