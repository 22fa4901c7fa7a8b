internal import CLinux

/// Key material: zeroed when the last owner lets go, compared in constant time, and without any description, so that
/// no log, error or string interpolation can show it.
package final class SecretBytes: Sendable {
    // SAFETY: written in the initialiser only, freed in deinit only; reads hand out no pointer beyond the closure.
    private nonisolated(unsafe) let storage: UnsafeMutableRawBufferPointer

    /// Copies; the caller still holds its own bytes.
    package init(_ bytes: [UInt8]) {
        storage = .allocate(byteCount: bytes.count, alignment: 16)
        storage.copyBytes(from: bytes)
    }

    /// Copies; the caller still holds its own bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        storage = .allocate(byteCount: bytes.count, alignment: 16)
        storage.copyMemory(from: bytes)
    }

    /// Copies and zeroes the source.
    package convenience init(taking bytes: inout [UInt8]) {
        self.init(bytes)
        bytes.withUnsafeMutableBytes { buffer in
            if let start = buffer.baseAddress { portcullis_zero(start, buffer.count) }
        }
        bytes = []
    }

    package var count: Int { storage.count }

    package func withUnsafeBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }

    package static func equal(_ left: SecretBytes, _ right: SecretBytes) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<left.count { difference |= left.storage[index] ^ right.storage[index] }
        return difference == 0
    }

    deinit {
        if let start = storage.baseAddress { portcullis_zero(start, storage.count) }
        storage.deallocate()
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
