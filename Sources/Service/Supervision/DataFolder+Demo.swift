package import Installation

extension DataFolder {
    /// What a demonstration tells its clients: addresses, keys, processes. 0600.
    package var demoFile: String { root + "/demo.json" }
    /// The keys of the demonstration's people, so that they outlive a restart. 0600.
    var demoKeys: String { root + "/demo-keys.json" }
    var simulators: String { root + "/simulators" }
    /// Ports of loopback that are chosen once.
    var ports: String { root + "/ports" }
    func simulatorKey(_ vendor: String) -> String { simulators + "/" + vendor + ".key" }
    func byteLog(_ vendor: String) -> String { simulators + "/" + vendor + ".bytes" }
    /// Where the console writes the address that it listens on over TCP.
    var consoleAddress: String { run + "/console.addr" }

    /// Everything that an installation puts into its folder, the lock excepted.
    var own: [String] {
        all.filter { $0 != root } + [simulators, settings, socket, ports, demoFile, demoKeys]
    }
}
