// Proves that relaying a usual chunk of an open stream allocates nothing, in both protocols, with and without usage
// taken out, whole or cut.
import Bytes
import CAllocationCounter
import Testing

@testable import Dialects

struct AllocationTests {
    private func allocations(_ endpoint: some Endpoint, first: String, chunk: String, hidesUsage: Bool, cut: Bool)
        -> Int
    {
        var answer = AnswerStream(endpoint, hidesUsage: hidesUsage)
        var scratch = AnswerScratch()
        var shown: [UInt8] = []
        var splices: [Splice] = []
        let first = Array(first.utf8)
        let chunk = Array(chunk.utf8)
        let half = cut ? chunk.count / 2 : chunk.count
        func relay(_ bytes: ArraySlice<UInt8>) {
            bytes.withUnsafeBytes { answer.feed($0, shown: &shown, splices: &splices, with: &scratch) }
            shown.removeAll(keepingCapacity: true)
            splices.removeAll(keepingCapacity: true)
        }
        relay(first[...])
        for _ in 0..<10 {
            relay(chunk[..<half])
            if cut { relay(chunk[half...]) }
        }
        let before = portcullis_allocation_count()
        for _ in 0..<1000 {
            relay(chunk[..<half])
            if cut { relay(chunk[half...]) }
        }
        let after = portcullis_allocation_count()
        #expect(answer.fault == nil && answer.state.isCommitted)
        return after - before
    }

    @Test func theCounterCounts() {
        guard portcullis_counts_allocations() == 1 else { return }
        let before = portcullis_allocation_count()
        let arrays = (0..<100).map { [UInt8](repeating: 1, count: $0 + 1) }
        #expect(portcullis_allocation_count() - before >= 100)
        #expect(arrays.count == 100)
    }

    @Test(arguments: [false, true])
    func openAI(cut: Bool) {
        let first = #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"role":"assistant"}}]}"# + "\n\n"
        let plain =
            #"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}"#
        let usage = plain.dropLast() + #","usage":null}"#
        let endpoint = OpenAIChatCompletions()
        #expect(allocations(endpoint, first: first, chunk: plain + "\n\n", hidesUsage: false, cut: cut) == 0)
        #expect(allocations(endpoint, first: first, chunk: plain + "\n\n", hidesUsage: true, cut: cut) == 0)
        #expect(allocations(endpoint, first: first, chunk: usage + "\n\n", hidesUsage: true, cut: cut) == 0)
    }

    @Test(arguments: [false, true])
    func anthropic(cut: Bool) {
        let first = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n"
        let delta =
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
            + "\"text_delta\",\"text\":\"hi\"}}\n\n"
        #expect(allocations(AnthropicMessages(), first: first, chunk: delta, hidesUsage: false, cut: cut) == 0)
    }
}
