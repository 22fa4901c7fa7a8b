internal import Bytes
internal import Crypto

/// One file of wrapped block keys: a header of 96 bytes, then entries of 56. docs/formats/keys.md has the layout.
package enum KeyFile {
    package static let folder = "keys"
    static let headerLength = 96
    static let entryLength = 56
    private static let magic: UInt64 = 0x5043_4C4B_4559_310A
    private static let wrappedLength = 40

    package static func path(_ number: UInt32) -> String { folder + "/" + name(number) }

    package static func name(_ number: UInt32) -> String { DecimalName.name(UInt64(number), digits: 8) }

    /// Nil for a name that is not one of a key file.
    package static func number(ofName name: String) -> UInt32? {
        DecimalName.number(name, digits: 8).flatMap(UInt32.init(exactly:))
    }

    static func id(file: UInt32, slot: UInt32) -> UInt64 { UInt64(file) << 32 | UInt64(slot) }

    package struct Header: Equatable, Sendable {
        package var number: UInt32
        package var logID: Opaque128
        package var month: BucketMonth
        package var compartment: Compartment
        package var retention: RetentionClass
        package var masterID: UInt64
        package var wrappedBucketKey: [UInt8]

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: KeyFile.magic)
            bytes.append(bigEndian: UInt16(1))
            bytes.append(bigEndian: Leaf.suite)
            bytes.append(bigEndian: number)
            bytes += logID.bytes
            bytes.append(bigEndian: UInt16(month.year))
            bytes += [UInt8(month.month), compartment.rawValue, retention.rawValue, 0, 0, 0]
            bytes.append(bigEndian: masterID)
            bytes += wrappedBucketKey
            bytes.append(bigEndian: UInt32(0))
            bytes.append(bigEndian: CRC32C.of(bytes))
            return bytes
        }

        init(
            number: UInt32, logID: Opaque128, month: BucketMonth, compartment: Compartment,
            retention: RetentionClass, masterID: UInt64, wrappedBucketKey: [UInt8]
        ) {
            precondition(wrappedBucketKey.count == KeyFile.wrappedLength)
            self.number = number
            self.logID = logID
            self.month = month
            self.compartment = compartment
            self.retention = retention
            self.masterID = masterID
            self.wrappedBucketKey = wrappedBucketKey
        }

        /// Nil for anything but a whole, undamaged header of this version.
        package init?(_ bytes: [UInt8]) {
            guard bytes.count >= KeyFile.headerLength else { return nil }
            var reader = ByteReader(bytes)
            guard reader.read(UInt64.self) == KeyFile.magic, reader.read(UInt16.self) == 1,
                reader.read(UInt16.self) == Leaf.suite, let number = reader.read(UInt32.self),
                let logID = reader.read(count: 16).flatMap({ Opaque128($0) }), let year = reader.read(UInt16.self),
                let month = reader.read(UInt8.self), let bucket = BucketMonth(year: Int(year), month: Int(month)),
                let compartment = reader.read(UInt8.self).flatMap({ Compartment(rawValue: $0) }),
                let retention = reader.read(UInt8.self), reader.skip(count: 3),
                let masterID = reader.read(UInt64.self), let wrapped = reader.read(count: KeyFile.wrappedLength)
            else { return nil }
            self.init(
                number: number, logID: logID, month: bucket, compartment: compartment,
                retention: RetentionClass(rawValue: retention), masterID: masterID, wrappedBucketKey: wrapped)
            guard self.bytes == Array(bytes[..<KeyFile.headerLength]) else { return nil }
        }
    }

    static func entry(id: UInt64, wrapped: [UInt8]) -> [UInt8] {
        precondition(wrapped.count == wrappedLength)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entryLength)
        bytes.append(bigEndian: id)
        bytes += wrapped
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: CRC32C.of(bytes))
        return bytes
    }

    static func offset(ofSlot slot: UInt32) -> UInt64 {
        UInt64(headerLength) + UInt64(slot) * UInt64(entryLength)
    }

    /// The wrapped key of an entry; nil when it is damaged, disposed of or another one.
    static func wrappedKey(_ bytes: [UInt8], id: UInt64) -> [UInt8]? {
        guard bytes.count == entryLength else { return nil }
        let wrapped = Array(bytes[8..<8 + wrappedLength])
        return entry(id: id, wrapped: wrapped) == bytes ? wrapped : nil
    }
}
