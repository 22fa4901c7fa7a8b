package import Identity
package import Storage
internal import Vocabulary

extension ControlStore {
    /// Everybody and everything that opens the gate, row by row out of the store. Takes a second or so for 300,000
    /// people; a thread that may block is the place for it.
    package func directory() throws(StorageError) -> Directory {
        var directory = Directory()
        directory.currentTerms = try currentTerms()?.date ?? ""
        try eachPerson { directory.put($0) }
        try eachAccount { directory.put($0) }
        try eachKey { directory.put($0) }
        try eachSession { directory.put($0) }
        return directory
    }

    /// What it takes to judge one key or session: itself, its account, and everybody who answers for it.
    package func directory(of bearer: BearerID) throws(StorageError) -> Directory {
        var directory = Directory()
        directory.currentTerms = try currentTerms()?.date ?? ""
        switch bearer {
        case .key(let id):
            for key in try keys(id: id) {
                directory.put(key)
                for person in try people(id: key.owner) { directory.put(person) }
                try add(key.account, to: &directory)
            }
        case .session(let id):
            for session in try sessions(id: id) {
                directory.put(session)
                try add(session.account, to: &directory)
            }
        }
        return directory
    }

    private func add(_ id: AccountID, to directory: inout Directory) throws(StorageError) {
        for account in try accounts(id: id) {
            directory.put(account)
            for id in account.accountable {
                for person in try people(id: id) { directory.put(person) }
            }
        }
    }
}
