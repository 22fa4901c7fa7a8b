internal import AdministrationClient
internal import Installation
internal import JSON

/// The administration of the installation that a verb was given, as its verbs call it.
struct Console {
    let folder: DataFolder
    let client: AdminClient
    let isJSON: Bool

    init(_ arguments: Arguments) {
        folder = DataFolder(Path.folder(arguments["--data"] ?? "."))
        client = AdminClient(console: folder)
        isJSON = arguments.has("--json")
    }

    /// The answer to a call that succeeded. A refusal ends the verb with its message and the status that goes with it.
    func call(
        _ method: AdminClient.Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json",
        key: String? = nil
    ) throws(Arguments.Fault) -> APIObject {
        let answer: AdminAnswer
        do throws(AdminFailure) {
            answer = try client.call(method, path, body: body, type: type, key: key)
        } catch {
            throw Arguments.Fault(message: error.message, status: .unavailable)
        }
        return try read(answer)
    }

    /// Every entry of a list, page after page, or as many as are wanted.
    /// - Parameter path: without a query.
    func list(_ path: String, atMost limit: Int = .max) throws(Arguments.Fault) -> APIList {
        var list = APIList()
        var next: String?
        repeat {
            let size = min(APIList.pageSize, limit - list.items.count)
            let query = "?limit=\(size)" + (next.map { "&after=" + $0 } ?? "")
            let page = try call("GET", path + query)
            list.items += page["items"]?.items ?? []
            next = page["next"]?.text
        } while next != nil && list.items.count < limit
        return list
    }

    func show(_ list: APIList, _ text: ([APIObject]) -> String) {
        if isJSON { Terminal.print(bytes: list.bytes + [0x0A]) } else { Terminal.print(text(list.items)) }
    }

    /// Prints the API's JSON when that is asked for, else what `text` makes of it.
    func show(_ object: APIObject, _ text: (APIObject) -> String) {
        if isJSON { Terminal.print(bytes: object.bytes + [0x0A]) } else { Terminal.print(text(object)) }
    }

    func read(_ answer: AdminAnswer) throws(Arguments.Fault) -> APIObject {
        guard let object = APIObject(answer.body) else {
            throw Arguments.Fault(
                message:
                    "\(folder.socket) answered \(answer.status) with something else than JSON; is this portcullis?",
                status: .unavailable)
        }
        guard answer.isSuccess else {
            if isJSON { Terminal.print(bytes: answer.body + [0x0A]) }
            throw Arguments.Fault(
                message: isJSON ? "" : Console.message(object, answer.status), status: Console.status(answer.status))
        }
        return object
    }

    private static func message(_ object: APIObject, _ status: Int) -> String {
        let message = object["detail"]?.text ?? "the answer is \(status)"
        guard let field = object["field"]?.text, !message.hasPrefix(field) else { return message }
        return field + ": " + message
    }

    private static func status(_ status: Int) -> ExitStatus {
        switch status {
        case 400, 413, 415: .usage
        case 500...: .unavailable
        default: .no
        }
    }
}
