internal import Approvals
internal import Bundle
internal import Bytes
internal import CBOR
internal import CutOff
internal import Identity
internal import JSON
internal import Ledger
internal import Registry
internal import Runtime
internal import Storage
internal import Stores
internal import Telemetry
internal import Vocabulary

/// Cut-offs: ordered by one person, reopened by two.
extension Console {
    func listCuts(_ call: APICall) async throws(Problem) -> Reply {
        let register = cuts.register
        let state = call.query["state"]
        let receipts = cuts.allReceipts.lazy.filter { receipt in
            state.map { ($0 == "in_force") == (register.reopening(of: receipt.cut.id) == nil) } ?? true
        }
        return Page(of: receipts, call.page, key: \.position).reply { receipt, entry in
            Console.write(receipt, register, &entry)
        }
    }

    func showCut(_ call: APICall) async throws(Problem) -> Reply {
        Console.written(try receipt(call), cuts.register)
    }

    private func receipt(_ call: APICall) throws(Problem) -> CutReceipt {
        let id: CutID = try call.id()
        guard let receipt = cuts.receipt(id) else { throw .notFound("there is no cut-off \(id)") }
        return receipt
    }

    private static func write(_ receipt: CutReceipt, _ register: CutRegister, _ object: inout JSONWriter) {
        receipt.write(
            &object, signatures: register.signatures(of: receipt.cut.id),
            reopened: register.reopening(of: receipt.cut.id))
    }

    private static func written(_ receipt: CutReceipt, _ register: CutRegister) -> Reply {
        return Reply { write(receipt, register, &$0) }
    }

    // MARK: Order

    func orderCut(_ call: APICall) async throws(Problem) -> Reply {
        let body = try call.reader()
        let scope = try scope(try body.object("scope"))
        guard let id = try body.optionalID("id", of: CutKind.self) ?? CutDesk.newID(at: now()) else {
            throw .unavailable("no id could be made; try again")
        }
        let orderer: Orderer =
            call.actor.person.map { .person($0.id) } ?? .peer(uid: call.actor.peer ?? UInt32.max)
        let cut: Cut
        do {
            cut = try Cut(
                id: id, scope: scope, reason: try body.text("reason"), basis: try Console.basis(body),
                orderedBy: orderer,
                at: now())
        } catch let error as CutOffError {
            throw Problem(.badField, field: "scope", error.description)
        } catch let error as Problem {
            throw error
        } catch { throw .badField("body", "\(error)") }
        let receipt: CutReceipt
        do throws(CutOffError) { receipt = try await cuts.order(cut, by: call.actor.recorded) } catch {
            if case .idTaken = error { throw Problem(.idTaken, field: "id", error.description) }
            throw Problem(.badField, field: "scope", error.description)
        }
        logger.warning("cut", ["cut": .id(id), "nodes": .count(receipt.nodes.count)])
        // Gateways that were told do not need the store for it, so nobody waits for the store.
        EventLoop.spawn {
            _ = try? await self.store { store throws(StorageError) in try store.noteRegister(event: id.text) }
            await self.askToConfirm(cut, call)
        }
        let answer = Console.written(receipt, cuts.register)
        guard receipt.recorded != nil else {
            throw Problem(
                .notRecordable,
                "cut-off \(id) is in force at \(receipt.nodes.filter { $0.acknowledgement != nil }.count) gateways, but the console could not record it"
            )
        }
        _ = try? await record(
            .receipt, [("cut", .text(id.text)), ("receipt", .bytes(answer.body))], by: call.actor)
        return answer
    }

    /// A name that the bundle does not know would cut nothing; that is a slip of the pen, and told before it counts.
    private func scope(_ reader: BodyReader) throws(Problem) -> CutScope {
        let scope = CutScope(
            vendor: try reader.optionalID("vendor"), model: try reader.optionalID("model"),
            channel: try reader.choice("channel", Channel.self), territory: try reader.country("territory"),
            personClass: try reader.choice("class", PersonClass.self))
        guard !scope.isEmpty else {
            throw .badField("scope", "name at least one of vendor, model, channel, territory and class")
        }
        // The one in memory: an order to stop does not wait for a store that hangs.
        guard let registry = loadedBundle?.registry else { return scope }
        if let vendor = scope.vendor, registry.vendors[vendor] == nil {
            let known = registry.vendors.keys.sorted().map(\.text).joined(separator: ", ")
            throw .unknown("scope.vendor", "there is no vendor \(vendor); known are \(known)")
        }
        if let model = scope.model, registry.models[model] == nil {
            let known = registry.modelsInOrder.map(\.id.text).joined(separator: ", ")
            throw .unknown("scope.model", "there is no model \(model); known are \(known)")
        }
        return scope
    }

    private static func basis(_ body: BodyReader) throws -> CutBasis {
        let reader = try body.object("basis")
        guard let length = try reader.count("length") else { throw Problem.badField("basis.length", "is missing") }
        return try CutBasis(
            kind: try reader.choice("kind", Authority.Kind.self) ?? .precaution, fileName: try reader.text("file"),
            digest: try reader.required("sha256", "64 hexadecimal digits") { Hex.decode($0) }, length: length)
    }

    // MARK: Reopening

    func signReopening(_ call: APICall) async throws(Problem) -> Reply {
        let cut = try receipt(call).cut.id
        let standing = try await signReopening(of: cut, call)
        let signatures = cuts.register.signatures(of: cut)
        let isReopened = cuts.register.reopening(of: cut) != nil
        return Reply { object in
            object.member("cut", cut.text)
            object.member(
                "signatures", array: { list in for signature in signatures { list.object { signature.write(&$0) } } })
            object.member("in_force", !isReopened)
            object.member("needed", standing.missing.count)
        }
    }
}
