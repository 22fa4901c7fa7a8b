internal import Vocabulary

/// What a rule may ask about, and nothing more: everything here is a finite choice, a set or a number with thresholds,
/// so that every question about a set of rules can be decided.
package enum Attribute: String, CaseIterable, Sendable {
    // About each accountable person.
    case callerPerson = "caller.person"
    case callerPlace = "caller.place"
    case callerLocationTier = "caller.location_tier"
    case callerLocationAlert = "caller.location_alert"
    case callerSite = "caller.site"
    case callerPersonClass = "caller.person_class"
    case callerEntity = "caller.entity"
    case callerEntityCountry = "caller.entity_country"
    case callerRegulators = "caller.regulators"
    case callerLicences = "caller.licences"
    case callerDesignations = "caller.designations"
    case callerRoles = "caller.roles"
    case callerOwnedByUnsupported = "caller.owned_by_unsupported"
    case callerOwnedByListed = "caller.owned_by_listed"
    case callerOwnedByCountryOfConcern = "caller.owned_by_country_of_concern"
    case callerAccountable = "caller.accountable"

    // About the call and its data.
    case callKind = "call.kind"
    case callPrincipal = "call.principal"
    case callUseCase = "call.use_case"
    case callPurpose = "call.purpose"
    case callRiskTier = "call.risk_tier"
    case dataLabel = "data.label"
    case dataMarkets = "data.markets"
    case dataDerivedFrom = "data.derived_from"
    case dataCriticalFunction = "data.critical_function"
    case dataCustomerFacing = "data.customer_facing"
    case dataEUPersonal = "data.eu_pi"
    case dataHongKongCustomer = "data.hk_customer"
    case dataPRCImportant = "data.prc_important"
    case dataUSBulkSensitive = "data.us_bulk_sensitive"
    case dataZeroRetentionRequired = "data.zdr_required"
    case dataUnattributed = "data.unattributed"
    case dataCACAssessment = "data.cac_assessment"
    case dataStandardClauses = "data.scc_tia"

    // About what would serve.
    case deploymentID = "deployment.id"
    case deploymentModel = "deployment.model"
    case deploymentLineage = "deployment.lineage"
    case deploymentOperator = "deployment.operator"
    case deploymentOperatorCountry = "deployment.operator_country"
    case deploymentChannel = "deployment.channel"
    case deploymentContract = "deployment.contract"
    case deploymentRegions = "deployment.regions"
    case deploymentInsidePerimeter = "deployment.inside_perimeter"
    case deploymentExitPlan = "deployment.exit_plan"
    case deploymentLicenceVerified = "deployment.licence_verified"
    case deploymentOpenWeights = "deployment.open_weights"
    case deploymentTrainingUse = "deployment.training_use"
    case deploymentHumanReview = "deployment.human_review"
    case deploymentRetentionDays = "deployment.retention_days"
    case deploymentCapabilities = "deployment.capabilities"

    /// Where the deployment processes and no outsourcing record of the data's owner covers it: known only when call and
    /// deployment meet.
    case deploymentRegionsOutsideRecord = "deployment.regions_outside_record"

    /// With whose facts the attribute is compiled, and how often: persons and calls once a request, deployments once a
    /// bundle, meetings at each decision.
    enum Group: Int, CaseIterable, Sendable { case caller, call, deployment, meeting }

    var group: Group {
        if self == .deploymentRegionsOutsideRecord { return .meeting }
        if rawValue.hasPrefix("caller.") { return .caller }
        return rawValue.hasPrefix("deployment.") ? .deployment : .call
    }

    /// What kind of value the attribute has.
    package enum Shape: Hashable, Sendable {
        /// Exactly one value, of which several may be possible.
        case choice(Domain)
        /// Several values that hold together.
        case set(Domain)
        case percent
        case integer
    }

    /// Which values there are.
    package enum Domain: Hashable, Sendable {
        case country
        /// A country, or `none`.
        case countryOrNone
        case enumeration([String])
        /// Names that are declared elsewhere in the bundle, or `none`.
        case names(Reference)
    }

    /// Where a name must be declared; `free` names nothing but itself.
    package enum Reference: String, Hashable, Sendable {
        case person, entity, model, lineage, vendor, deployment, contract, useCase, free
    }

    /// Stands where there is no value: a person without an assigned site, a call without a use case.
    package static let none = "none"

    package var shape: Shape {
        switch self {
        case .callerPerson: .choice(.names(.person))
        case .callerPlace, .callerEntityCountry, .deploymentOperatorCountry: .choice(.country)
        case .callerSite: .choice(.countryOrNone)
        case .callerLocationTier, .deploymentRetentionDays: .integer
        case .callerOwnedByUnsupported, .callerOwnedByListed, .callerOwnedByCountryOfConcern: .percent
        case .callerLocationAlert: .set(.enumeration(LocationAlert.allCases.map(\.rawValue)))
        case .callerPersonClass: .choice(.enumeration(PersonClass.allCases.map(\.rawValue)))
        case .callerAccountable: .choice(.enumeration(["person", "nobody"]))
        case .callerEntity: .choice(.names(.entity))
        case .callerRegulators, .callerLicences, .callerDesignations, .callerRoles: .set(.names(.free))
        case .callKind: .choice(.enumeration(AccessKind.allCases.map(\.rawValue)))
        case .callPrincipal: .choice(.enumeration(Principal.allCases.map(\.rawValue)))
        case .callUseCase: .choice(.names(.useCase))
        case .callPurpose, .callRiskTier: .choice(.names(.free))
        case .dataLabel: .choice(.enumeration(DataLabel.allCases.map(\.rawValue)))
        case .dataMarkets: .set(.names(.free))
        case .dataDerivedFrom, .deploymentLineage: .set(.names(.lineage))
        case .deploymentID: .choice(.names(.deployment))
        case .deploymentModel: .choice(.names(.model))
        case .deploymentOperator: .choice(.names(.vendor))
        case .deploymentChannel: .choice(.enumeration(Channel.allCases.map(\.rawValue)))
        case .deploymentContract: .choice(.names(.contract))
        case .deploymentRegions, .deploymentRegionsOutsideRecord: .set(.country)
        case .deploymentCapabilities: .set(.names(.free))
        case .dataCriticalFunction, .dataCustomerFacing, .dataEUPersonal, .dataHongKongCustomer, .dataPRCImportant,
            .dataUSBulkSensitive, .dataZeroRetentionRequired, .dataUnattributed, .dataCACAssessment,
            .dataStandardClauses, .deploymentInsidePerimeter, .deploymentExitPlan, .deploymentLicenceVerified,
            .deploymentOpenWeights, .deploymentTrainingUse, .deploymentHumanReview:
            .choice(Attribute.boolean)
        }
    }

    package static let boolean = Domain.enumeration(["false", "true"])

    /// The flag that the attribute shows, for those that show one.
    var flag: DataFlag? {
        rawValue.hasPrefix("data.") ? DataFlag(rawValue: String(rawValue.dropFirst("data.".count))) : nil
    }
}

/// Who makes a call.
package enum Principal: String, CaseIterable, Sendable {
    case human
    case service
    case agent
}
