internal import Bundle
internal import Files
internal import Installation
internal import Runtime
internal import Transport

/// `portcullis demo`: an installation with the example bank, simulated vendors, people and keys, until a signal.
package enum Demo {
    package struct Options: Sendable {
        package var data: String
        /// Nil for the settings' address.
        package var listen: String?
        package var fresh = false
        /// Nil looks for `examples/bank` at and above the program.
        package var bundle: String?
        /// How the user calls the program, for the commands to copy.
        package var command: String

        package init(data: String, listen: String?, fresh: Bool, bundle: String?, command: String) {
            self.data = data
            self.listen = listen
            self.fresh = fresh
            self.bundle = bundle
            self.command = command
        }
    }

    /// Small, so that an example shows several segments.
    private static let segmentBytes = 1 << 20
    /// Descriptors of a gateway for everything that is no connection.
    private static let otherDescriptors = 256

    /// Takes over the calling thread. Returns after a drain.
    /// - Parameter print: takes what is shown when everything answers. - Parameter say: takes a line of complaint.
    package static func run(
        _ options: Options, print: @escaping @Sendable (String) -> Void, say: @escaping @Sendable (String) -> Void
    ) throws(SupervisionError) {
        Signals.block()
        if let listen = options.listen, SocketAddress(listen) == nil { throw .badAddress(listen) }
        let bundle = try bundleFolder(options)
        var first = Settings()
        first.segmentBytes = segmentBytes
        // A small machine gets a small demonstration: a client and its upstream take two descriptors.
        first.connections = min(first.connections, max(16, (DescriptorLimit.raise() - otherDescriptors) / 2))
        if let listen = options.listen { first.listen = listen }
        let owned = try OwnedFolder.create(options.data, fresh: options.fresh, settings: first)
        let folder = owned.folder
        do throws(FileError) {
            // At once, as it says "everything answers" to whoever waits for it.
            try Folder.remove(folder.demoFile)
            try Folder.create(folder.simulators)
        } catch { throw .file(error) }
        let example = try Example(bundle: bundle)
        let settings: Settings
        do throws(InstallationError) { settings = try Settings.load(folder) } catch { throw .installation(error) }
        let wanted = try LaunchPlan.address(options.listen, settings)
        let reservation: PortReservation
        do throws(ListeningSocket.Failure) { reservation = try PortReservation(wanted) } catch { throw .listen(error) }
        var ports = PortBook(folder.ports)
        let plan = try LaunchPlan(folder, settings, listen: reservation.address, ports: &ports)
        let vendors = try SimulatedVendor.all(
            of: example.bundle.registry, in: folder, executable: plan.executable, ports: &ports)
        try ports.save()
        try direct(folder, to: vendors)
        let outcome = Session.run(plan, say: say) { launch in
            await DemoStart(launch, example, vendors, options, print: print, say: say).run()
        }
        // What it says of processes is true no longer. A file that cannot be removed is replaced by the next start.
        try? Folder.remove(folder.demoFile)
        reservation.release()
        owned.release()
        try outcome.get()
    }

    private static func bundleFolder(_ options: Options) throws(SupervisionError) -> String {
        if let bundle = options.bundle { return bundle }
        let program = CurrentProcess.executable ?? options.command
        guard let found = Example.folder(above: program) else {
            throw .noBundleFolder(searched: Folder.parent(of: program))
        }
        return found
    }

    /// Writes into the settings where the vendors' hosts are really reached.
    private static func direct(_ folder: DataFolder, to vendors: [SimulatedVendor]) throws(SupervisionError) {
        let egress = vendors.flatMap { vendor in
            vendor.hosts.map { Settings.Egress(host: $0, connect: vendor.address.description) }
        }
        // The file's own settings: what the environment says must not get into it.
        var settings = Settings()
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(folder.settings, limit: 1 << 20) } catch {
            throw .file(error)
        }
        do throws(InstallationError) { try settings.read(bytes, path: folder.settings) } catch {
            throw .installation(error)
        }
        guard settings.egress != egress else { return }
        settings.egress = egress
        do throws(FileError) { try WholeFile.replace(folder.settings, settings.fileBytes) } catch { throw .file(error) }
    }
}
