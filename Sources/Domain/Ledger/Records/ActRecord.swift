package import CBOR

/// An administrative act: who, and what it was about. docs/formats/record.md, "Administration", lists the keys of
/// `about`.
package struct ActRecord: Equatable, Sendable {
    package var actor: RecordedActor
    package var about: CBOR

    /// - Precondition: `about` is a map.
    package init(actor: RecordedActor, about: CBOR) {
        precondition(about.asMap != nil)
        self.actor = actor
        self.about = about
    }

    func encoded() -> [UInt8] { CBOR.map([("about", about), ("actor", actor.item)]).encoded() }

    init(_ item: CBOR) throws(RecordProblem) {
        let decoder = try RecordDecoder(item)
        let about = try decoder.item("about")
        guard about.asMap != nil else { throw RecordProblem(key: "about", expected: "a map") }
        self.init(actor: try RecordedActor(try decoder.item("actor")), about: about)
    }
}
