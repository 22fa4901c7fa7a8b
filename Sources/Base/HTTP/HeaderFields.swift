/// The header fields of one message, in order, as ranges of the head's own bytes: nothing is copied per field, and
/// names are compared without regard to case (RFC 9110 section 5.1).
package struct HeaderFields: Sendable {
    struct Field: Sendable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    let bytes: [UInt8]
    let fields: [Field]
    /// A bit for each length that a name has: a field that is absent, as most that are asked for, is known to be so
    /// without a look at the others.
    private let lengths: UInt64

    init(bytes: [UInt8], fields: [Field]) {
        self.bytes = bytes
        self.fields = fields
        lengths = fields.reduce(0) { $0 | HeaderFields.bit(of: $1.name.count) }
    }

    private static func bit(of length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }

    private func mayHave(_ name: StaticString) -> Bool {
        lengths & HeaderFields.bit(of: name.utf8CodeUnitCount) != 0
    }

    package static let empty = HeaderFields(bytes: [], fields: [])

    package var count: Int { fields.count }

    /// How many fields bear the name. - Parameter name: in lower case.
    package func count(of name: StaticString) -> Int {
        guard mayHave(name) else { return 0 }
        return fields.reduce(0) { $0 + (has($1, name) ? 1 : 0) }
    }

    /// Value of the first field of that name, without surrounding white space. - Parameter name: in lower case.
    package func value(of name: StaticString) -> String? {
        guard mayHave(name) else { return nil }
        for field in fields where has(field, name) { return text(field.value) }
        return nil
    }

    /// All fields, names in lower case.
    package var all: [(name: String, value: String)] {
        fields.map { (name: String(decoding: name($0), as: UTF8.self), value: text($0.value)) }
    }

    /// The fields that bear one of the names, in order, names in lower case.
    package func selected(_ names: FieldNames) -> [(name: String, value: String)] {
        var selected: [(name: String, value: String)] = []
        selected.reserveCapacity(min(fields.count, names.all.count))
        for field in fields {
            guard let name = names.first(count: field.name.count, where: { `is`(field, $0) }) else { continue }
            selected.append((name: name, value: text(field.value)))
        }
        return selected
    }

    /// Every field as it was received, in order; the bytes are valid during the call only.
    package func forEach(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for field in fields {
                body(
                    UnsafeRawBufferPointer(rebasing: bytes[Int(field.name.lowerBound)..<Int(field.name.upperBound)]),
                    UnsafeRawBufferPointer(rebasing: bytes[Int(field.value.lowerBound)..<Int(field.value.upperBound)]))
            }
        }
    }

    func valueBytes(of name: StaticString) -> ArraySlice<UInt8>? {
        guard mayHave(name) else { return nil }
        for field in fields where has(field, name) { return slice(field.value) }
        return nil
    }

    /// Whether the value of any field of that name has `token` in its comma-separated list, without regard to case.
    package func list(of name: StaticString, has token: StaticString) -> Bool {
        guard mayHave(name) else { return false }
        for field in fields where has(field, name) {
            for item in slice(field.value).split(separator: 0x2C) where HeaderFields.equal(trim(item), token) {
                return true
            }
        }
        return false
    }

    private func has(_ field: Field, _ name: StaticString) -> Bool {
        field.name.count == name.utf8CodeUnitCount
            && `is`(field, UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// - Parameter lowercase: as long as the field's name.
    private func `is`(_ field: Field, _ lowercase: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(field.name.lowerBound)
        return bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<lowercase.count where ByteClass.lowercase(bytes[start + index]) != lowercase[index] {
                return false
            }
            return true
        }
    }

    private func slice(_ range: Range<Int32>) -> ArraySlice<UInt8> {
        bytes[Int(range.lowerBound)..<Int(range.upperBound)]
    }
    private func text(_ range: Range<Int32>) -> String { String(decoding: slice(range), as: UTF8.self) }
    private func name(_ field: Field) -> [UInt8] { slice(field.name).map { ByteClass.lowercase($0) } }

    private func trim(_ item: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var item = item
        while let first = item.first, first == 0x20 || first == 0x09 { item.removeFirst() }
        while let last = item.last, last == 0x20 || last == 0x09 { item.removeLast() }
        return item
    }

    static func equal(_ bytes: ArraySlice<UInt8>, _ lowercase: StaticString) -> Bool {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        var pointer = lowercase.utf8Start
        for byte in bytes {
            guard ByteClass.lowercase(byte) == pointer.pointee else { return false }
            pointer += 1
        }
        return true
    }
}
