/// What can be put to people for signature: a closed set, so that an act which nobody thought about does not compile.
/// The raw value is the act's name in `signoffs.yaml`, in records and in `/api`.
package enum ActKind: String, CaseIterable, Sendable {
    case orderCut = "cut.order"
    case reopenCut = "cut.reopen"
    case breakGlass = "break_glass"
    /// A bundle of which nothing is proved: it may allow what was not allowed.
    case activateBundle = "bundle.activate"
    /// A bundle that allows nothing new, by a `Proof`.
    case tightenBundle = "bundle.tighten"
    case changeMatrix = "matrix.change"
    case changeSigners = "signers.change"
    case placeHold = "hold.place"
    case releaseHold = "hold.release"
    case dispose = "disposal"
    case export
    case exception
    case readContent = "content.read"
    case unpseudonymise
    case resetCredential = "credential.reset"
    case loosenDetection = "detection.loosen"
    case changeSupervision = "supervision.change"

    /// Which way it moves the gate. Ours to say, never a file's and never a caller's.
    package var direction: Direction {
        switch self {
        case .orderCut, .tightenBundle, .placeHold: .tightens
        case .export, .readContent, .unpseudonymise: .reads
        case .reopenCut, .breakGlass, .activateBundle, .changeMatrix, .changeSigners, .releaseHold, .dispose,
            .exception, .resetCredential, .loosenDetection, .changeSupervision:
            .loosens
        }
    }
}

extension ActKind: Comparable {
    package static func < (left: ActKind, right: ActKind) -> Bool { left.rawValue < right.rawValue }
}
