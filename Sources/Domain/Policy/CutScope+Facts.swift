internal import Vocabulary

extension CutScope {
    /// All of its parts may hold; what is unknown counts as covered.
    func mayCover(_ person: PersonFacts, _ deployment: DeploymentFacts) -> Bool {
        if let vendor, !deployment.mayBelong(to: vendor) { return false }
        if let model, deployment.model != model, !deployment.lineage.mayContain(model.text) { return false }
        if let channel, deployment.channel != channel { return false }
        if let territory, !person.mayBe(in: territory) { return false }
        if let personClass, !person.mayBe(personClass) { return false }
        return true
    }
}

extension PersonFacts {
    fileprivate func mayBe(in country: Country) -> Bool {
        located.places == .among([]) || located.places.mayBe(in: country)
    }

    fileprivate func mayBe(_ personClass: PersonClass) -> Bool {
        classes.isEmpty || classes.contains(PossiblePersonClasses(personClass))
    }
}

extension DeploymentFacts {
    fileprivate func mayBelong(to vendor: VendorID) -> Bool {
        switch operatedBy {
        case .known(vendor), .unknown: true
        default: lineage.mayContain(vendor.text)
        }
    }
}
