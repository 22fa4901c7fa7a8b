internal import CBOR
internal import Vocabulary

/// A decision as the ledger keeps it: the whole input, and what came of it. Who reads it decides the input again and
/// compares.
package struct DecisionRecord: Hashable, Sendable {
    package var input: DecisionInput
    package var outcome: Decision.Outcome
    /// Ids of the grounds, sorted.
    package var grounds: [String]
    /// `rule@version:obligation`, sorted by rule.
    package var obligations: [String]
    /// `rule<exception@version`, sorted.
    package var lifted: [String]

    package init(_ decision: Decision) {
        input = decision.input
        outcome = decision.outcome
        grounds = decision.grounds.map(\.label)
        obligations = decision.obligations.map { "\($0.rule)@\($0.version):\($0.obligation.rawValue)" }
        lifted = decision.lifted.map { "\($0.rule)<\($0.exception)@\($0.exceptionVersion)" }
    }

    package var encoded: [UInt8] { encoded(deployment: nil) }

    /// - Parameter deployment: its encoding, which is the same for every decision of a bundle.
    func encoded(deployment: [UInt8]?) -> [UInt8] {
        var writer = CBORWriter()
        writer.reserve(DecisionRecord.usualLength)
        writer.map(count: 5)
        writer.text("input")
        input.write(to: &writer, deployment: deployment)
        writer.text("lifted")
        writer.list(lifted)
        writer.text("grounds")
        writer.list(grounds)
        writer.text("outcome")
        writer.text(outcome.rawValue)
        writer.text("obligations")
        writer.list(obligations)
        return writer.finish()
    }

    private static let usualLength = 2048

    package init(encoded: [UInt8]) throws(PolicyError) {
        let item: CBOR
        do {
            item = try CBOR.decode(encoded)
        } catch {
            throw .undecodable(path: "decision", expected: "deterministic CBOR")
        }
        do throws(CBORFieldError) {
            var fields = try CBORFields(item, path: "decision")
            let input = try fields.take("input")
            outcome = try fields.value("outcome", "an outcome") { Decision.Outcome(rawValue: $0) }
            grounds = try fields.values("grounds", "texts") { $0 }
            obligations = try fields.values("obligations", "texts") { $0 }
            lifted = try fields.values("lifted", "texts") { $0 }
            try fields.finish()
            do throws(PolicyError) {
                self.input = try DecisionInput(cbor: input)
            } catch {
                throw CBORFieldError(path: "decision.input", expected: error.description)
            }
        } catch {
            throw .undecodable(path: error.path, expected: error.expected)
        }
    }
}

extension Decision {
    /// What the ledger keeps of the decision.
    package var encoded: [UInt8] { DecisionRecord(self).encoded(deployment: deployment.encoded) }
}

extension Ground {
    /// `rule@version`, `cut:id`, or `rule@version!obligation` for one that could not be discharged.
    package var label: String {
        switch source {
        case .rule(let id, let version): "\(id)@\(version)"
        case .cut(let id): "cut:\(id)"
        case .undischarged(let id, let version, let obligation): "\(id)@\(version)!\(obligation.rawValue)"
        }
    }
}
