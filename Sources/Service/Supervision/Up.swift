internal import Installation
internal import JSON
internal import Runtime
internal import Transport
internal import Vocabulary

/// `portcullis up`: the console and the gateways of an installation, until a signal ends them.
package enum Up {
    /// How often the console is asked whether there is a bundle by now.
    private static let glance: UInt64 = .milliseconds(250)

    /// Takes over the calling thread. Returns after a drain.
    /// - Parameter listen: nil for the settings' address.
    /// - Parameter say: takes a line for whoever started this.
    package static func run(
        data: String, listen: String?, say: @escaping @Sendable (String) -> Void
    ) throws(SupervisionError) {
        Signals.block()
        let owned = try OwnedFolder.open(data)
        let settings: Settings
        do throws(InstallationError) { settings = try Settings.load(owned.folder) } catch { throw .installation(error) }
        let wanted = try LaunchPlan.address(listen, settings)
        let reservation: PortReservation
        do throws(ListeningSocket.Failure) { reservation = try PortReservation(wanted) } catch { throw .listen(error) }
        var ports = PortBook(owned.folder.ports)
        let plan = try LaunchPlan(owned.folder, settings, listen: reservation.address, ports: &ports)
        try ports.save()
        let outcome = Session.run(plan, say: say) { launch in
            await start(launch, data, say)
        }
        // Both are held to the end.
        reservation.release()
        owned.release()
        try outcome.get()
    }

    @EventLoop
    private static func start(_ launch: Launch, _ data: String, _ say: @Sendable (String) -> Void) async
        -> SupervisionError?
    {
        do throws(SupervisionError) {
            launch.startConsole()
            try await launch.consoleReady()
            if try await launch.console.get("/api/bundle") == nil {
                say(
                    "no bundle is active: activate one with `portcullis bundle activate DIR --data \(data)`; the gateways wait for it"
                )
                // Whoever waits for this start is not to give it up: a person has to act.
                launch.notifier.ready()
                launch.notifier.status("no bundle is active; the gateways wait for one")
                repeat {
                    await EventLoop.sleep(nanoseconds: glance)
                    try launch.goOn()
                } while try await launch.console.get("/api/bundle") == nil
            }
            launch.startGateways()
            try await launch.gatewaysReady()
            launch.supervisor.settle()
            launch.notifier.ready()
            launch.notifier.status("\(launch.gateways.count) gateways at http://\(launch.listen)")
            say(
                "gateways \(launch.gateways.map(\.text).joined(separator: ", ")) at \(launch.scheme)://\(launch.listen), console at \(launch.consoleScheme)://\(launch.consoleAddress)"
            )
            return nil
        } catch { return error }
    }
}
