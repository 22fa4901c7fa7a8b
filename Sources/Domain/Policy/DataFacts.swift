package import Vocabulary

/// What is known of the data of a call.
package struct DataFacts: Hashable, Sendable {
    /// Which labels are possible; empty reads as all of them.
    package var labels: Set<DataLabel>
    /// A flag that is missing is a fault of whoever asks: rules that read it forbid.
    package var flags: [DataFlag: Answer]
    /// Markets whose customers see the answer.
    package var markets: Names
    /// Models that earlier turns or sources came from.
    package var derivedFrom: Names
    /// The outsourcing records of the data's owner.
    package var outsourcingRecords: [OutsourcingRecord]

    package init(
        labels: Set<DataLabel>, flags: [DataFlag: Answer], markets: Names = .empty, derivedFrom: Names = .empty,
        outsourcingRecords: [OutsourcingRecord] = []
    ) {
        self.labels = labels
        self.flags = flags
        self.markets = markets
        self.derivedFrom = derivedFrom
        self.outsourcingRecords = outsourcingRecords
    }

    /// Every flag set to yes where it is among `set`, else to no.
    package static func flags(_ set: Set<DataFlag>) -> [DataFlag: Answer] {
        Dictionary(uniqueKeysWithValues: DataFlag.allCases.map { ($0, Answer(set.contains($0))) })
    }
}
