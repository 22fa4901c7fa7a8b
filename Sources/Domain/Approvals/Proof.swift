package import Vocabulary

/// Evidence, made by Portcullis itself, that a bundle allows nothing which the one before it does not.
///
/// INVARIANT: no caller makes one. The initialiser is internal to this module, nothing decodes one, and the act's
/// content does not carry one; until a prover lives behind it, no activation has one and every activation takes two
/// persons.
package struct Proof: Hashable, Sendable {
    package let bundle: BundleHash
    package let replaces: BundleHash

    init(bundle: BundleHash, replaces: BundleHash) {
        self.bundle = bundle
        self.replaces = replaces
    }

    func covers(_ change: Act.BundleChange) -> Bool {
        // A proof is about what requests may do; it says nothing about who may sign.
        bundle == change.bundle && replaces == change.replaces && !change.changesMatrix
    }
}
