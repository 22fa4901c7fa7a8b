package import Vocabulary

extension Refusal {
    /// The refusal as its reader may have it: a sealed ground must not even show that it exists, in no field, text or
    /// status. Whoever made the refusal left them out already; this is the last door.
    package var disclosed: Refusal {
        var disclosed = self
        disclosed.grounds.removeAll { $0.disclosure == .sealed }
        return disclosed
    }
}
