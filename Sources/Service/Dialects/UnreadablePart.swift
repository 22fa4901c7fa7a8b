/// A part of a request whose content Inspection cannot see: it is no text, it lies elsewhere, or the vendor would add
/// to it; or one that asks the vendor for what no contract was weighed for. Such a request goes only to models inside
/// the perimeter.
package struct UnreadablePart: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case image
        case audio
        case file
        /// A document that is not plain text.
        case document
        /// Something uploaded earlier.
        case fileReference = "file_reference"
        /// An address that the vendor would fetch.
        case address
        case webSearch = "web_search"
        case codeExecution = "code_execution"
        case computerUse = "computer_use"
        case remoteTools = "remote_tools"
        /// Any other tool that runs at the vendor.
        case vendorTool = "vendor_tool"
        case container
        /// Conversation that the vendor keeps.
        case storedState = "stored_state"
        /// Content that only the vendor can decrypt.
        case encrypted
        /// A second model that would see the content.
        case otherModel = "other_model"
        /// The vendor is asked to keep the exchange.
        case vendorStorage = "vendor_storage"
        /// The caller chooses where the vendor computes, which is the deployment's to say.
        case regionChoice = "region_choice"
        /// Sources that the vendor would read and add.
        case vendorRetrieval = "vendor_retrieval"
        /// Which account of the firm's, or whose, the vendor takes it for.
        case accountChoice = "account_choice"
        /// A member of the request whose meaning this version does not know.
        case unknownMember = "unknown_member"
        /// A kind of part that this version does not know.
        case unknown

        /// It asks the vendor for something, rather than hiding something from inspection.
        package var asksForMore: Bool {
            switch self {
            case .vendorStorage, .regionChoice, .vendorRetrieval, .accountChoice, .unknownMember: true
            default: false
            }
        }

        /// For messages: "messages[0].content[1] is an image".
        package var phrase: String {
            switch self {
            case .image: "an image"
            case .audio: "audio"
            case .file: "a file"
            case .document: "a document that is not plain text"
            case .fileReference: "a reference to an uploaded file"
            case .address: "an address for the vendor to fetch"
            case .webSearch: "a web search at the vendor"
            case .codeExecution: "code execution at the vendor"
            case .computerUse: "control of a computer"
            case .remoteTools: "a set of remote tools (MCP)"
            case .vendorTool: "a tool that runs at the vendor"
            case .container: "a container at the vendor"
            case .storedState: "state that the vendor keeps"
            case .encrypted: "content that only the vendor can read"
            case .otherModel: "a second model that would see the content"
            case .vendorStorage: "a wish that the vendor keep the exchange"
            case .regionChoice: "a choice of the vendor's region"
            case .vendorRetrieval: "a source for the vendor to search"
            case .accountChoice: "a choice of the account at the vendor"
            case .unknownMember: "a member that this gate does not know"
            case .unknown: "of a kind that cannot be inspected"
            }
        }
    }

    /// `messages[0].content[1]`.
    package var path: String
    package var kind: Kind

    package init(path: String, kind: Kind) {
        self.path = path
        self.kind = kind
    }
}
