internal import Glibc

/// Looks for a key that an object holds twice. Keys are compared as they read after their escapes, since that is what
/// the next reader compares: `"mod\u0065l"` is `"model"`.
struct JSONDuplicateKeys {
    /// Up to here every pair is compared, beyond it the keys are sorted: n log n however a caller chooses them.
    private static let pairwiseLimit = 12
    private var keys: [UInt32] = []

    /// The later of the first two equal keys of the closed object at `object`; nil when all differ.
    mutating func find(in object: Int, _ nodes: [JSONNode], _ bytes: UnsafeRawBufferPointer) -> Int? {
        keys.removeAll(keepingCapacity: true)
        var index = object + 1
        while index < nodes.count {
            keys.append(UInt32(index))
            index = Int(nodes[index + 1].next)
        }
        return keys.count <= JSONDuplicateKeys.pairwiseLimit ? amongFew(nodes, bytes) : amongMany(nodes, bytes)
    }

    private func amongFew(_ nodes: [JSONNode], _ bytes: UnsafeRawBufferPointer) -> Int? {
        for later in keys.indices {
            for earlier in 0..<later {
                let one = nodes[Int(keys[earlier])]
                let other = nodes[Int(keys[later])]
                if !one.hasEscapes, !other.hasEscapes, one.end - one.start != other.end - other.start { continue }
                if JSONDuplicateKeys.order(one, other, bytes) == 0 { return Int(keys[later]) }
            }
        }
        return nil
    }

    private mutating func amongMany(_ nodes: [JSONNode], _ bytes: UnsafeRawBufferPointer) -> Int? {
        keys.sort { JSONDuplicateKeys.order(nodes[Int($0)], nodes[Int($1)], bytes) < 0 }
        for index in keys.indices.dropFirst()
        where JSONDuplicateKeys.order(nodes[Int(keys[index - 1])], nodes[Int(keys[index])], bytes) == 0 {
            return Int(max(keys[index - 1], keys[index]))
        }
        return nil
    }

    /// Less than, equal to or more than zero, by the decoded bytes.
    private static func order(_ left: JSONNode, _ right: JSONNode, _ bytes: UnsafeRawBufferPointer) -> Int {
        let one = UnsafeRawBufferPointer(rebasing: bytes[left.range])
        let other = UnsafeRawBufferPointer(rebasing: bytes[right.range])
        if left.hasEscapes || right.hasEscapes { return JSONEscape.order(one, other) }
        let shared = min(one.count, other.count)
        if shared > 0, let start = one.baseAddress, let otherStart = other.baseAddress {
            let difference = memcmp(start, otherStart, shared)
            if difference != 0 { return Int(difference) }
        }
        return one.count - other.count
    }
}
