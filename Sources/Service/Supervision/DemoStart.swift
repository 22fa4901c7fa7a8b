internal import Files
internal import JSON
internal import Runtime
internal import Transport

/// The way from an empty or known folder to a demonstration that answers:
///
///     simulators ∥ console ─▶ bundle, people, terms, sources, keys ─▶ gateways ─▶ first answers ─▶ demo.json
@EventLoop
final class DemoStart {
    /// A badge-in counts for 12 h.
    private static let badgePeriod: UInt64 = .seconds(3600)

    private let launch: Launch
    private let example: Example
    private let vendors: [SimulatedVendor]
    private let options: Demo.Options
    private let print: @Sendable (String) -> Void
    private let say: @Sendable (String) -> Void
    private let client = GateClient()
    private var book: KeyBook
    private var isComplete = false

    init(
        _ launch: Launch, _ example: Example, _ vendors: [SimulatedVendor], _ options: Demo.Options,
        print: @escaping @Sendable (String) -> Void, say: @escaping @Sendable (String) -> Void
    ) {
        self.launch = launch
        self.example = example
        self.vendors = vendors
        self.options = options
        self.print = print
        self.say = say
        book = KeyBook(file: launch.folder.demoKeys)
    }

    /// Nil when everything answers.
    func run() async -> SupervisionError? {
        do throws(SupervisionError) {
            for vendor in vendors { launch.supervisor.start(vendor.program) }
            launch.startConsole()
            for vendor in vendors { try await launch.wait(for: vendor.program.name) { await self.answers(vendor) } }
            try await launch.consoleReady()
            try await seed()
            launch.startGateways()
            try await launch.gatewaysReady()
            let answers = try await firstAnswers()
            launch.supervisor.changed = { [self] in rewrite() }
            launch.supervisor.settle()
            launch.notifier.ready()
            isComplete = true
            try writeFile()
            print(text(answers))
            Ticker.every(nanoseconds: DemoStart.badgePeriod) { [self] in EventLoop.spawn { await self.badgeIn() } }
            return nil
        } catch { return error }
    }

    private func answers(_ vendor: SimulatedVendor) async -> Bool {
        let call = GateClient.Call(path: "/_simulator/status", key: vendor.key)
        // A refused connection is a simulator that is not there yet.
        return (try? await client.send(call, to: vendor.address))?.status == 200
    }

    private func seed() async throws(SupervisionError) {
        var seeding = Seeding(launch.console, example, book)
        var failure: SupervisionError?
        do throws(SupervisionError) { try await seeding.run() } catch { failure = error }
        // Also what was made before a failure is kept: a key's text is shown once.
        if seeding.book != book { try seeding.book.save(launch.folder.demoKeys) }
        book = seeding.book
        if let failure { throw failure }
    }

    private func badgeIn() async {
        guard !launch.supervisor.isEnding else { return }
        var seeding = Seeding(launch.console, example, book)
        do throws(SupervisionError) {
            try await seeding.badgeIn()
            guard seeding.book != book else { return }
            book = seeding.book
            try book.save(launch.folder.demoKeys)
            try writeFile()
        } catch { say("nobody is badged in anew: \(error.message)") }
    }

    private func firstAnswers() async throws(SupervisionError) -> FirstAnswers {
        var answers = FirstAnswers(client, launch.listen, example, book)
        let deadline = Clocks.monotonic + .seconds(UInt64(Launch.readySeconds))
        while true {
            try launch.goOn()
            do throws(FirstAnswers.Problem) {
                try await answers.ask()
                client.close()
                return answers
            } catch {
                guard Clocks.monotonic < deadline else { throw .noFirstAnswer(last: error.text) }
            }
            await EventLoop.sleep(nanoseconds: .milliseconds(20))
        }
    }

    // MARK: What is told

    private func rewrite() {
        guard isComplete, !launch.supervisor.isEnding else { return }
        do throws(SupervisionError) { try writeFile() } catch { say(error.message) }
    }

    private func writeFile() throws(SupervisionError) {
        let file = DemoFile(
            example: example, vendors: vendors, book: book, launch: launch,
            console: "http://" + launch.consoleAddress)
        do throws(FileError) { try WholeFile.replace(launch.folder.demoFile, file.bytes) } catch { throw .file(error) }
    }

    private func text(_ answers: FirstAnswers) -> String {
        DemoText(
            base: "http://\(launch.listen)", console: "http://\(launch.consoleAddress)", command: options.command,
            data: options.data, example: example, book: book, answers: answers
        ).text
    }
}
