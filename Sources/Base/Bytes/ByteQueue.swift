/// Bytes that wait, first in first out: appended at the back, consumed at the front without moving what stays
/// behind until half of the storage is spent. One allocation that grows and is kept.
package struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    private var start = 0

    package init() {}

    package var count: Int { storage.count - start }
    package var isEmpty: Bool { storage.count == start }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) { storage.append(contentsOf: bytes) }
    package mutating func append(_ bytes: [UInt8]) { storage.append(contentsOf: bytes) }
    package mutating func append(_ bytes: ArraySlice<UInt8>) { storage.append(contentsOf: bytes) }

    /// - Precondition: `length` ≤ `count`.
    package mutating func consume(_ length: Int) {
        precondition(length <= count)
        start += length
        if start == storage.count {
            storage.removeAll(keepingCapacity: true)
            start = 0
        } else if start > 4096, start > storage.count / 2 {
            storage.removeFirst(start)
            start = 0
        }
    }

    /// Takes the newest bytes back. - Precondition: `length` ≤ `count`.
    package mutating func removeLast(_ length: Int) {
        precondition(length <= count)
        storage.removeLast(length)
    }

    /// Gives an idle owner's memory back.
    package mutating func releaseStorage() {
        guard isEmpty else { return }
        storage = []
        start = 0
    }

    package mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        start = 0
    }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let lower = start
        return try storage.withUnsafeBytes { all in
            try body(UnsafeRawBufferPointer(rebasing: all[lower...]))
        }
    }
}
