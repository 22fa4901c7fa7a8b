/// What a step does with a model. Everything but an opened document is access to the service.
package enum AccessKind: String, CaseIterable, Sendable {
    case live
    /// An answer kept from an earlier request, given to somebody else.
    case cache
    case continuation
    case batchItem = "batch_item"
    case batchResult = "batch_result"
    case streamChunk = "stream_chunk"
    case toolCall = "tool_call"
    case embed
    /// A finished document that a model once wrote; no use of the model.
    case staticDocument = "static_doc"
}
