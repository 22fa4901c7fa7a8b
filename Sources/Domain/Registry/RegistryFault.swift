/// Something in the registry's records that cannot stand; all of them are reported at once.
package struct RegistryFaults: Error, Hashable, Sendable {
    package var faults: [RegistryFault]
}

package struct RegistryFault: Hashable, Sendable {
    package enum Record: String, Sendable {
        case vendor, model, deployment, contract, entity, set, useCase = "use_case", alias
    }

    package var record: Record
    package var id: String
    /// The field at fault; nil is the record as a whole.
    package var field: String?
    /// In words: what is wrong, and the remedy.
    package var problem: String
    /// The id that is referred to and not there, if that is the fault.
    package var missing: String?

    package init(_ record: Record, _ id: String, _ field: String?, _ problem: String, missing: String? = nil) {
        self.record = record
        self.id = id
        self.field = field
        self.problem = problem
        self.missing = missing
    }
}
