internal import AdministrationClient
internal import Installation
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// What the console reports beside its own figures: all gateways' and the programs that the supervisor runs, so that
/// one place is asked for a whole installation.
@EventLoop
enum ConsoleMetrics {
    /// - Parameters:
    ///   - own: of the console itself.
    ///   - gateways: the reply of each, in order.
    ///   - lastBackup: nil when none is known of.
    static func text(own: [UInt8], gateways: [GatewayLinks.Reply], programs: [ProgramState], lastBackup: Instant?)
        -> [UInt8]
    {
        var text = MetricsText()
        text.add(String(decoding: own, as: UTF8.self))
        text.add(String(decoding: supervisor(gateways, programs, lastBackup), as: UTF8.self))
        for gateway in gateways where gateway.isSuccess {
            text.add(String(decoding: gateway.answer?.body ?? [], as: UTF8.self))
        }
        return text.bytes
    }

    private static func supervisor(
        _ gateways: [GatewayLinks.Reply], _ programs: [ProgramState], _ lastBackup: Instant?
    ) -> [UInt8] {
        let metrics = Metrics(node: "supervisor")
        for gateway in gateways {
            metrics.gauge(
                "portcullis_gateway_reachable", "1 when the gateway answered the console.",
                [("gateway", gateway.node.text)]
            ) { gateway.isSuccess ? 1 : 0 }
        }
        for program in programs {
            let label: [(StaticString, String)] = [("program", program.name)]
            metrics.gauge("portcullis_program_running", "1 while the program runs.", label) {
                program.pid == nil ? 0 : 1
            }
            metrics.gauge(
                "portcullis_program_looping", "1 while the program ends again and again soon after its start.", label
            ) { program.isLooping ? 1 : 0 }
            metrics.counter("portcullis_program_restarts_total", "Starts after an end that nobody asked for.", label) {
                UInt64(clamping: program.restarts)
            }
            metrics.measure(
                "portcullis_program_restart_delay_seconds", "The wait before the last restart.", label
            ) { Double(program.delayNanoseconds) / 1e9 }
        }
        if let lastBackup {
            metrics.measure("portcullis_last_backup_timestamp_seconds", "When the newest backup was made.") {
                Double(lastBackup.seconds)
            }
        }
        return metrics.rendered()
    }
}
