internal import Bundle
internal import Installation
internal import JSON
internal import Registry
internal import Runtime
internal import Transport
internal import Vocabulary

/// `demo.json`: where everything is and with which keys, for programs that try the demonstration.
@EventLoop
struct DemoFile {
    let example: Example
    let vendors: [SimulatedVendor]
    let book: KeyBook
    let launch: Launch
    let console: String

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("base_url", "http://\(launch.listen)")
            object.member("console_url", console)
            object.member("socket", launch.folder.socket)
            object.member("admin_token", administrator.flatMap { book.key(of: $0.text) })
            object.member("data", launch.folder.root)
            object.member("pid", CurrentProcess.pid)
            object.member(
                "pids",
                object: { pids in
                    pids.member(
                        "gateways",
                        array: { list in for pid in launch.supervisor.pids(of: .gateway) { list.integer(pid) } })
                    pids.key("console")
                    if let pid = launch.supervisor.pids(of: .console).first { pids.integer(pid) } else { pids.null() }
                    pids.member(
                        "simulators",
                        array: { list in for pid in launch.supervisor.pids(of: .simulator) { list.integer(pid) } })
                })
            object.member("nodes", array: { list in for node in launch.gateways { list.string(node.text) } })
            object.member(
                "people",
                array: { list in
                    for person in example.people.people { list.object { write(person, &$0) } }
                })
            object.member(
                "services",
                array: { list in
                    for service in example.people.services {
                        list.object {
                            $0.member("account", service.account.text)
                            $0.member("name", service.name)
                            $0.member("api_key", book.key(of: service.account.text))
                        }
                    }
                })
            object.member("models", array: { list in models(&list) })
            object.member("simulators", array: { list in for vendor in vendors { list.object { write(vendor, &$0) } } })
            object.member(
                "evidence_sources",
                array: { list in
                    for source in book.sources {
                        list.object {
                            $0.member("id", source.id)
                            $0.member("kinds", array: { $0.string(source.kind) })
                            $0.member("key", source.text)
                        }
                    }
                })
        }
        return writer.bytes + [0x0A]
    }

    /// The account of somebody who may change people, keys and bundles.
    private var administrator: AccountID? {
        let roles = ["platform", "security"]
        return roles.lazy.compactMap { role in
            example.people.people.first { $0.roles.contains(role) }?.accounts.first
        }.first
    }

    private func write(_ person: PeopleFile.Entry, _ object: inout JSONWriter) {
        object.member("id", person.id.text)
        object.member("name", person.name)
        object.member("title", person.title)
        object.member("site", person.site?.description)
        object.member("roles", array: { list in for role in person.roles.sorted() { list.string(role) } })
        object.member("account", person.accounts.first?.text)
        object.member("api_key", person.accounts.first.flatMap { book.key(of: $0.text) })
        guard person.accounts.count > 1 else { return }
        object.member(
            "other_keys",
            array: { list in
                for account in person.accounts.dropFirst() {
                    list.object {
                        $0.member("account", account.text)
                        $0.member("api_key", book.key(of: account.text))
                    }
                }
            })
    }

    /// Each model once for each protocol by which it is served.
    private func models(_ list: inout JSONWriter) {
        let registry = example.bundle.registry
        for model in registry.modelsInOrder {
            let spoken = Set(registry.candidates(for: .model(model.id)).map(\.wireProtocol))
            for wire in WireProtocol.allCases where spoken.contains(wire) {
                list.object {
                    $0.member("id", model.id.text)
                    $0.member("vendor", model.developer.text)
                    $0.member("protocol", wire.rawValue)
                }
            }
        }
    }

    private func write(_ vendor: SimulatedVendor, _ object: inout JSONWriter) {
        object.member("vendor", vendor.name)
        object.member("url", "http://\(vendor.address)")
        object.member("api_key", vendor.key)
        object.member("byte_log", vendor.byteLog)
    }
}
