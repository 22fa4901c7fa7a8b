package import Ledger

/// Where a test's ledger lives: performs effects, and is the folder that they change.
package protocol LedgerDisk: AnyObject, LogFolder {
    func perform(_ effect: LedgerEffect) throws(LedgerDiskError)
}

package struct LedgerDiskError: Error, Equatable {
    package let failure: LedgerFailure
    package let description: String

    package init(_ failure: LedgerFailure, _ description: String) {
        self.failure = failure
        self.description = description
    }
}
