internal import Dialects
internal import HTTP
internal import Identity
internal import Location
internal import Runtime
internal import Transport
internal import Vocabulary

extension Gateway.Entry {
    /// What a request declares about itself, checked against its key.
    func visitor(_ exchange: ServerExchange) throws(Stop) -> Visitor {
        let fields = exchange.head.fields
        for name: StaticString in ["portcullis-data", "portcullis-purpose", "portcullis-conversation"]
        where fields.count(of: name) > 1 {
            throw .failed(Failure(.invalidRequest, "\(name) stands twice; send it once", field: name.description))
        }
        if fields.count(of: "portcullis-on-behalf-of") > 0 {
            // Ignoring it would decide for the wrong person.
            throw .failed(
                Failure(
                    .notBuilt, "acting on behalf of others is not built yet; leave the header out",
                    field: "portcullis-on-behalf-of"))
        }
        var label: DataLabel?
        if let text = fields.value(of: "portcullis-data") {
            guard let known = DataLabel(rawValue: text) else {
                let known = DataLabel.allCases.map(\.rawValue).joined(separator: ", ")
                throw .failed(
                    Failure(.invalidRequest, "portcullis-data must be one of \(known)", field: "portcullis-data"))
            }
            label = known
        }
        if let purpose = fields.value(of: "portcullis-purpose"), purpose != caller.useCase.text {
            throw .failed(
                Failure(
                    .invalidRequest, "portcullis-purpose must be the key's use case, \(caller.useCase)",
                    field: "portcullis-purpose"))
        }
        if let conversation = fields.value(of: "portcullis-conversation"), conversation.utf8.count > 128 {
            throw .failed(
                Failure(
                    .invalidRequest, "portcullis-conversation is longer than 128 bytes",
                    field: "portcullis-conversation"))
        }
        return Visitor(
            bearer: caller.bearer, account: caller.account.id, persons: Set(caller.persons.map(\.id)),
            address: exchange.peer.bytes.flatMap { IPAddress(bytes: $0) }, label: label)
    }
}
