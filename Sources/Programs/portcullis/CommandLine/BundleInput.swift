internal import Bundle
internal import Files

/// A bundle's folder that a verb is given.
enum BundleInput {
    /// Sorted; never empty.
    struct Faults: Error {
        let all: [BundleFault]

        var text: String { all.map(\.description).joined(separator: "\n") }
    }

    /// The bundle, or everything that is wrong with it, each fault with the path of its file.
    static func load(_ path: String) throws(Arguments.Fault) -> Result<Bundle, Faults> {
        let folder = Path.folder(path)
        guard Folder.isFolder(folder) else {
            throw Arguments.Fault(message: "there is no folder \(folder)", status: .unavailable)
        }
        do throws(BundleErrors) {
            return .success(try Bundle.load(folder: folder))
        } catch {
            let faults = error.faults.map { fault in
                var fault = fault
                if fault.file != folder { fault.file = folder + "/" + fault.file }
                return fault
            }
            return .failure(Faults(all: faults))
        }
    }

    /// The bundle; its faults end the verb.
    static func require(_ path: String) throws(Arguments.Fault) -> Bundle {
        switch try load(path) {
        case .success(let bundle): return bundle
        case .failure(let faults):
            throw Arguments.Fault(message: "the bundle has faults\n" + faults.text, status: .no)
        }
    }
}
