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
    func explain(_ call: APICall) async throws(APIError) -> JSONWriter {
        let text = call.path[2]
        guard let reference = Reference(text) else {
            throw APIError(404, "not_found", field: "ref", ArchiveError.notAReference(text).description)
        }
        let found: Result<ArchiveReport, ArchiveError>
        do {
            found = try await archive.run { archive in
                Result { () throws(ArchiveError) in try archive.explanation(of: reference) }
            }
        } catch { throw .unavailable("too many readers wait for the archive; try again") }
        let report: ArchiveReport
        do throws(ArchiveError) { report = try found.get() } catch {
            if error.isMissing { throw APIError(404, "not_found", field: "ref", error.description) }
            logger.error("archive_failed", ["problem": .setting(error.description)])
            throw .unavailable("the record cannot be read: \(error.description)")
        }
        // Everybody may ask why about what they asked themselves.
        let isOwn = report.person != nil && report.person == call.actor.person?.id
        if !isOwn { try call.require(.readers) }
        try await record(
            .read,
            [
                ("index", .unsigned(reference.index)), ("log", .text(report.log)), ("purpose", .text("explain")),
            ], by: call.actor)
        var writer = JSONWriter()
        writer.raw(report.json)
        return writer
    }
}
