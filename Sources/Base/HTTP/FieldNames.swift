/// Names of fields that are picked out of heads: made once, compared without a copy.
package struct FieldNames: Sendable {
    /// In lower case.
    package let all: [String]
    private let bytes: [[UInt8]]

    /// - Parameter names: in lower case.
    package init(_ names: [String]) {
        all = names
        bytes = names.map { Array($0.utf8) }
    }

    package func union(_ others: FieldNames) -> FieldNames {
        FieldNames(all + others.all.filter { !all.contains($0) })
    }

    func first(count: Int, where isName: (UnsafeBufferPointer<UInt8>) -> Bool) -> String? {
        for index in bytes.indices where bytes[index].count == count && bytes[index].withUnsafeBufferPointer(isName) {
            return all[index]
        }
        return nil
    }
}
