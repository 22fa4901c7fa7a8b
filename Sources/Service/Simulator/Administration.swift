internal import JSON
internal import Runtime
internal import Transport

/// The simulator's own endpoints, for tests and for whoever plays faults: `/_simulator/status`, `/flush`, `/script`.
@EventLoop
struct Administration {
    let service: SimulatorService

    func answer(_ pending: PendingRequest, _ act: String, _ body: [UInt8]) {
        switch act {
        case "status": service.send(pending, status())
        case "flush":
            // The answer comes when the book is on disk up to this request.
            service.flush { [service] in service.send(pending, Array("{\"flushed\":true}".utf8)) }
        case "script":
            do throws(ScriptFault) {
                service.script = try ScriptReader.script(body)
                service.send(pending, Array("{\"rules\":\(service.script.rules.count)}".utf8))
            } catch {
                service.refuse(
                    pending, VendorFault(rule: .scriptFaulty, status: 400, message: error.message, code: "bad_script"))
            }
        default: service.refuse(pending, HeadCheck.unknownPath(pending.exchange.head, pending.wire))
        }
    }

    private func status() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("exchanges", service.exchangeCount)
            // This request is one of them.
            writer.member("running", service.runningCount)
            writer.member("tokens_sent", service.context.beatsSent)
            writer.member("bytes_logged", service.bytesLogged)
            writer.object("lateness_ns") { writer in
                let punctuality = service.context.punctuality
                writer.member("count", punctuality.total)
                writer.member("p50", punctuality.bound(share: 0.5))
                writer.member("p99", punctuality.bound(share: 0.99))
                writer.member("max", punctuality.latestNanoseconds)
            }
        }
        return writer.bytes
    }
}
