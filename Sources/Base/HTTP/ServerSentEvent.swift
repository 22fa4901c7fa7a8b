/// One event of a stream (WHATWG HTML section 9.2), as it lies in memory. Valid only while the call that gives it runs.
package struct ServerSentEvent {
    /// All its bytes, from the first after the event before to the end of the blank line.
    package let bytes: UnsafeRawBufferPointer
    /// Value of the last `event` field; empty when there is none.
    package let name: UnsafeRawBufferPointer
    /// Value of the first `data` field; empty when there is none.
    package let data: UnsafeRawBufferPointer
    /// Number of `data` fields; 0 for a comment or a blank line.
    package let dataCount: Int

    /// Where the data lies in `bytes`.
    package var dataRange: Range<Int> {
        guard let start = bytes.baseAddress, let data = data.baseAddress else { return 0..<0 }
        return data - start..<data - start + self.data.count
    }

    /// The values of all `data` fields joined by line feeds.
    package func joinedData(into joined: inout [UInt8]) {
        joined.removeAll(keepingCapacity: true)
        var lines = ServerSentEventLines()
        var isFirst = true
        while let line = lines.next(in: bytes)?.range ?? lines.takeUnfinished(in: bytes) {
            guard let field = ServerSentEventLines.field(bytes[line], of: bytes), field.is("data") else { continue }
            if !isFirst { joined.append(0x0A) }
            isFirst = false
            joined.append(contentsOf: bytes[field.value])
        }
    }
}
