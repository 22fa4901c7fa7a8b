internal import CSimdjson
internal import Glibc

extension UnsafeRawBufferPointer {
    /// Offset of the first occurrence of `needle`; nil when there is none. For asking whether a document can hold a key
    /// before it is scanned: `"usage"` with its quotes cannot stand inside a string, where they would be escaped.
    package func firstOffset(of needle: StaticString) -> Int? {
        guard let base = baseAddress,
            let found = portcullis_json_find(base, count, needle.utf8Start, needle.utf8CodeUnitCount)
        else { return nil }
        return found - base
    }

    package func reads(as text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        guard let base = baseAddress else { return true }
        return memcmp(base, text.utf8Start, count) == 0
    }
}
