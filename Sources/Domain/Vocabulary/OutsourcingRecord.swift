/// That an entity has recorded and assessed the processing of its customers' data in other countries, as the HKMA's
/// Supervisory Policy Manual SA-2 sections 2.5 to 2.9 ask.
package struct OutsourcingRecord: Hashable, Sendable {
    /// Nil: whatever the contract.
    package var contract: ContractID?
    package var countries: Set<Country>

    package init(contract: ContractID?, countries: Set<Country>) {
        self.contract = contract
        self.countries = countries
    }

    /// - Parameter contract: of the deployment; an unknown one is covered by records for any contract only.
    package func covers(_ country: Country, under contract: Assigned<ContractID>) -> Bool {
        guard countries.contains(country) else { return false }
        guard let own = self.contract else { return true }
        return contract == .known(own)
    }
}
