/// What a script makes of one answer: delays, faults and other words. Everything absent is as the vendor has it.
struct Play: Equatable, Sendable {
    /// Where in an answer something happens.
    enum Place: Equatable, Sendable {
        /// Before the status line.
        case head
        /// After the opening and so many tokens; of a whole answer, after so many bytes of the body.
        case after(Int)
    }

    enum Cut: String, Equatable, Sendable, CaseIterable {
        /// A reset: the client reads an error.
        case reset
        /// The body ends as it should, but the terminal event never came.
        case close
        /// The connection closes in the middle of the body.
        case abort
        /// Nothing more comes; the connection stays.
        case stall
        /// An error event in the stream, and then its end.
        case error
    }

    struct End: Equatable, Sendable {
        var cut: Cut
        var place: Place
        /// Of the error event; the vendor's usual one where absent.
        var type: String?
        var message: String?
    }

    struct Status: Equatable, Sendable {
        var code: Int
        var type: String?
        var message: String?
        /// A body as it is, in place of the vendor's error.
        var body: String?
        var headers: [Header] = []
    }

    struct Header: Equatable, Sendable {
        var name: String
        var value: String
    }

    /// Something between two events that no vendor documents, or that few clients have seen.
    struct Insertion: Equatable, Sendable {
        enum Kind: String, Equatable, Sendable, CaseIterable {
            /// An event whose JSON breaks off.
            case malformed
            /// An event with so many bytes of text.
            case huge
            /// An event of a type that nobody knows yet.
            case unknown
            /// A comment line.
            case comment
        }
        var kind: Kind
        var after: Int
        var bytes = 0
    }

    enum Framing: String, Equatable, Sendable, CaseIterable {
        case lf, crlf, cr
    }

    // Times.
    var delayHeadMilliseconds = 0
    var delayFirstEventMilliseconds = 0
    var pauseAfter: Int?
    var pauseMilliseconds = 0
    var tokensPerSecond: Int?
    // Ends.
    var status: Status?
    var end: End?
    // Shape on the wire.
    var insertions: [Insertion] = []
    var framing = Framing.lf
    var dataLines = 1
    /// Every byte of an event in a chunk of its own.
    var splitsBytes = false
    /// Byte after byte of the body, with so much time between them.
    var dripMilliseconds: Int?
    /// How many bytes the content-length says too many or too few.
    var contentLengthError = 0
    // Words.
    var tokens: Int?
    var finishReason: String?
    var model: String?
    var region: String?
    var omitsUsage = false

    /// Whether events need more than being sent.
    var reshapes: Bool { framing != .lf || dataLines > 1 || splitsBytes || dripMilliseconds != nil }
}
