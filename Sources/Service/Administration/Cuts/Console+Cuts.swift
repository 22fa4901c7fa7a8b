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
    func listCuts(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.readers)
        let register = cuts.register
        let receipts = cuts.allReceipts
        var writer = JSONWriter()
        writer.object { object in
            object.member(
                "cuts",
                array: { list in
                    for receipt in receipts { list.object { Console.write(receipt, register, &$0) } }
                })
        }
        return writer
    }

    func showCut(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.readers)
        return Console.written(try receipt(call.path[2]), cuts.register)
    }

    private func receipt(_ text: String) throws(APIError) -> CutReceipt {
        guard let id = CutID(text), let receipt = cuts.receipt(id) else {
            throw .notFound("there is no cut-off \(text)")
        }
        return receipt
    }

    private static func write(_ receipt: CutReceipt, _ register: CutRegister, _ object: inout JSONWriter) {
        receipt.write(
            &object, signatures: register.signatures(of: receipt.cut.id),
            reopened: register.reopening(of: receipt.cut.id))
    }

    private static func written(_ receipt: CutReceipt, _ register: CutRegister) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { write(receipt, register, &$0) }
        return writer
    }

    // MARK: Order

    func orderCut(_ call: APICall) async throws(APIError) -> JSONWriter {
        try call.require(.cutters)
        let body = try BodyReader(body: call.body, knows: ["id", "scope", "reason", "basis"])
        let scope = try await scope(
            try body.object("scope", knows: ["vendor", "model", "channel", "territory", "class"]))
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
            throw APIError(400, "bad_field", field: "scope", error.description)
        } catch let error as APIError {
            throw error
        } catch { throw .badField("body", "\(error)") }
        let receipt: CutReceipt
        do throws(CutOffError) { receipt = try await cuts.order(cut, by: call.actor.recorded) } catch {
            if case .idTaken = error { throw APIError(409, "id_taken", field: "id", error.description) }
            throw APIError(400, "bad_field", field: "scope", error.description)
        }
        logger.warning("cut", ["cut": .id(id), "nodes": .count(receipt.nodes.count)])
        // Gateways that were told do not need the store for it, so nobody waits for the store.
        EventLoop.spawn {
            _ = try? await self.store { store throws(StorageError) in try store.noteRegister(event: id.text) }
            await self.askToConfirm(cut, call)
        }
        let answer = Console.written(receipt, cuts.register)
        guard receipt.recorded != nil else {
            throw APIError(
                503, "not_recordable",
                "cut-off \(id) is in force at \(receipt.nodes.filter { $0.acknowledgement != nil }.count) gateways, but the console could not record it"
            )
        }
        _ = try? await record(
            .receipt, [("cut", .text(id.text)), ("receipt", .bytes(answer.bytes))], by: call.actor)
        return answer
    }

    /// A name that the bundle does not know would cut nothing; that is a slip of the pen, and told before it counts.
    private func scope(_ reader: BodyReader) async throws(APIError) -> CutScope {
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
            throw .badField("scope.vendor", "there is no vendor \(vendor); known are \(known)")
        }
        if let model = scope.model, registry.models[model] == nil {
            let known = registry.modelsInOrder.map(\.id.text).joined(separator: ", ")
            throw .badField("scope.model", "there is no model \(model); known are \(known)")
        }
        return scope
    }

    private static func basis(_ body: BodyReader) throws -> CutBasis {
        let reader = try body.object("basis", knows: ["kind", "file", "sha256", "length"])
        guard let length = try reader.count("length") else { throw APIError.badField("basis.length", "is missing") }
        return try CutBasis(
            kind: try reader.choice("kind", Authority.Kind.self) ?? .precaution, fileName: try reader.text("file"),
            digest: try reader.required("sha256", "64 hexadecimal digits") { Hex.decode($0) }, length: length)
    }

    // MARK: Reopening

    func signReopening(_ call: APICall) async throws(APIError) -> JSONWriter {
        let cut = try receipt(call.path[2]).cut.id
        let standing = try await signReopening(of: cut, call)
        _ = try? await store { store throws(StorageError) in try store.noteRegister(event: cut.text) }
        let signatures = cuts.register.signatures(of: cut)
        let isReopened = cuts.register.reopening(of: cut) != nil
        logger.warning("reopening_signed", ["cut": .id(cut), "reopened": .flag(isReopened)])
        var writer = JSONWriter()
        writer.object { object in
            object.member("cut", cut.text)
            object.member(
                "signatures", array: { list in for signature in signatures { list.object { signature.write(&$0) } } })
            object.member("in_force", !isReopened)
            object.member("needed", standing.missing.count)
        }
        return writer
    }
}
