internal import Installation
internal import Supervision

enum InitVerb: Verb {
    static let name = "init"
    static let summary = "make an installation's folders, settings and secrets; nothing that is there is replaced"
    static let options: [Option] = [.data]
    static let operandNames = ""
    static let operandCount = 0...0

    static func run(_ arguments: Arguments) throws(Arguments.Fault) -> ExitStatus {
        let data = arguments["--data"] ?? ""
        do throws(SupervisionError) {
            let owned = try OwnedFolder.create(data)
            Terminal.print(
                "installation in \(owned.folder.root): edit portcullis.yaml, then `portcullis up --data \(data)`")
            owned.release()
            return .done
        } catch {
            Terminal.complain("init: \(error.message)")
            return .unavailable
        }
    }
}
