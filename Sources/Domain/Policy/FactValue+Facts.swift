internal import Vocabulary

extension FactValue {
    static let anyChoice = FactValue.choice(.any)
    static let anySet = FactValue.set(certain: [], perhaps: .any)

    static func exactly(_ value: String) -> FactValue { .choice(.among([value])) }
    static func exactly(_ number: Int) -> FactValue { .number(Int64(number)...Int64(number)) }

    static func answer(_ answer: Answer?) -> FactValue {
        switch answer {
        case .yes: .exactly("true")
        case .no: .exactly("false")
        case .unknown: .choice(.among(["false", "true"]))
        case nil: .absent
        }
    }

    static func names(_ names: Names) -> FactValue {
        switch names {
        case .exactly(let all): .set(certain: all, perhaps: .among(all))
        case .unknown: .anySet
        }
    }

    static func country(_ country: Country?) -> FactValue {
        country.map { .exactly($0.description) } ?? .anyChoice
    }

    static func assigned<Value: CustomStringConvertible>(_ value: Assigned<Value>) -> FactValue {
        switch value {
        case .known(let value): .exactly(value.description)
        case .none: .exactly(Attribute.none)
        case .unknown: .anyChoice
        }
    }

    static func share(_ range: PercentRange) -> FactValue { .number(range.lower.units...range.upper.units) }
}

extension PersonFacts {
    func value(of attribute: Attribute) -> FactValue {
        switch attribute {
        case .callerAccountable: .exactly(isNobody ? "nobody" : "person")
        case .callerPerson: id.map { .exactly($0.text) } ?? .anyChoice
        case .callerPlace: places
        case .callerLocationTier: .exactly(located.tier)
        case .callerLocationAlert: .names(Names(located.alerts.map(\.rawValue)))
        case .callerSite: .assigned(site)
        case .callerPersonClass: possibleClasses
        case .callerEntity: .assigned(entity)
        case .callerEntityCountry: .country(entityCountry)
        case .callerRegulators: .names(regulators)
        case .callerLicences: .names(licences)
        case .callerDesignations: .names(designations)
        case .callerRoles: .names(roles)
        case .callerOwnedByUnsupported: .share(ownership.byUnsupported)
        case .callerOwnedByListed: .share(ownership.byListed)
        case .callerOwnedByCountryOfConcern: .share(ownership.byCountryOfConcern)
        default: .absent
        }
    }

    private var places: FactValue {
        switch located.places {
        case .anywhere: .anyChoice
        case .among(let countries): .choice(countries.isEmpty ? .any : .among(Set(countries.map(\.description))))
        }
    }

    private var possibleClasses: FactValue {
        let values = (classes.isEmpty ? PossiblePersonClasses.unknown : classes).values
        return .choice(.among(Set(values.map(\.rawValue))))
    }
}

extension CallFacts {
    func value(of attribute: Attribute) -> FactValue {
        if let flag = attribute.flag { return .answer(data.flags[flag]) }
        return switch attribute {
        case .callKind: .exactly(kind.rawValue)
        case .callPrincipal: .exactly(principal.rawValue)
        case .callUseCase: .exactly(useCase?.id.text ?? Attribute.none)
        case .callPurpose: .exactly(useCase?.purpose ?? Attribute.none)
        case .callRiskTier: .exactly(useCase?.riskTier ?? Attribute.none)
        case .dataLabel: possibleLabels
        case .dataMarkets: .names(data.markets)
        case .dataDerivedFrom: .names(data.derivedFrom)
        default: .absent
        }
    }

    private var possibleLabels: FactValue {
        let labels = data.labels.isEmpty ? Set(DataLabel.allCases) : data.labels
        return .choice(.among(Set(labels.map(\.rawValue))))
    }
}

extension DeploymentFacts {
    func value(of attribute: Attribute) -> FactValue {
        switch attribute {
        case .deploymentID: .exactly(id.text)
        case .deploymentModel: .exactly(model.text)
        case .deploymentLineage: .names(lineage)
        case .deploymentOperator: .assigned(operatedBy)
        case .deploymentOperatorCountry: .country(operatorCountry)
        case .deploymentChannel: .exactly(channel.rawValue)
        case .deploymentContract: .assigned(contract)
        case .deploymentRegions: regionsValue
        case .deploymentInsidePerimeter: .answer(insidePerimeter)
        case .deploymentExitPlan: .answer(exitPlan)
        case .deploymentLicenceVerified: .answer(licenceVerified)
        case .deploymentOpenWeights: .answer(openWeights)
        case .deploymentTrainingUse: .answer(trainingUse)
        case .deploymentHumanReview: .answer(humanReview)
        case .deploymentRetentionDays: retentionDays.map { .exactly($0) } ?? .number(0...Int64.max)
        case .deploymentCapabilities: .names(capabilities)
        default: .absent
        }
    }

    private var regionsValue: FactValue {
        switch regions {
        case .anywhere: .anySet
        case .among(let countries): .names(Names(countries.map(\.description)))
        }
    }
}

extension DecisionInput {
    /// The value of any attribute for one of the accountable persons.
    func value(of attribute: Attribute, person: PersonFacts) -> FactValue {
        switch attribute.group {
        case .caller: person.value(of: attribute)
        case .call: call.value(of: attribute)
        case .deployment: deployment.value(of: attribute)
        case .meeting: regionsOutsideRecord
        }
    }

    private var regionsOutsideRecord: FactValue {
        switch deployment.regions {
        case .anywhere: .anySet
        case .among(let countries):
            .names(Names(countries.filter { !call.data.isRecorded($0, for: deployment) }.map(\.description)))
        }
    }
}

extension DataFacts {
    /// Whether an outsourcing record covers processing in the country under the deployment's contract.
    func isRecorded(_ country: Country, for deployment: DeploymentFacts) -> Bool {
        outsourcingRecords.contains { $0.covers(country, under: deployment.contract) }
    }
}
