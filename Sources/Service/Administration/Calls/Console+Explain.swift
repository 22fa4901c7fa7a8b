internal import Archive
internal import CBOR
internal import Identity
internal import JSON
internal import Ledger
internal import Runtime
internal import Telemetry
internal import Vocabulary

/// Why something was decided, from its reference. Reading is an act, too, and recorded before the answer.
extension Console {
    func explain(_ call: APICall) async throws(Problem) -> Reply {
        let reference = try call.reference()
        let own = try call.onlyOwn()
        let found: Result<ArchiveReport, ArchiveError>
        do {
            found = try await archive.run { archive in
                Result { () throws(ArchiveError) in try archive.explanation(of: reference) }
            }
        } catch { throw .unavailable("too many readers wait for the archive; try again") }
        let report: ArchiveReport
        do throws(ArchiveError) { report = try found.get() } catch {
            if error.isMissing { throw own == nil ? .notFound(error.description) : .noSuchReference }
            logger.error("archive_failed", ["problem": .setting(error.description)])
            throw .unavailable("the record cannot be read: \(error.description)")
        }
        // Everybody may ask why about what they asked themselves; what others asked is not there for them.
        if let own, report.person != own { throw .noSuchReference }
        try await record(
            .read,
            [
                ("index", .unsigned(reference.index)), ("log", .text(report.log)), ("purpose", .text("explain")),
            ], by: call.actor)
        return Reply(json: report.json)
    }
}

extension APICall {
    /// A mistyped reference is told from one that leads nowhere, unless that would tell an employee of what others did.
    func reference() throws(Problem) -> Reference {
        let text = path["ref"] ?? ""
        if let reference = Reference(text) { return reference }
        if try onlyOwn() != nil { throw .noSuchReference }
        throw Problem(.notFound, field: "ref", ArchiveError.notAReference(text).description)
    }
}

extension Problem {
    /// The same sentence for what is not there and for what is another person's.
    static var noSuchReference: Problem {
        Problem(.notFound, field: "ref", "no exchange of your own has this reference")
    }
}
