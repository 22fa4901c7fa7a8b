/// Numbers in network byte order at fixed offsets of memory that somebody else owns: for fixed layouts on hot paths.
/// The caller has checked the bounds; in debug builds so do these.
extension UnsafeMutableRawBufferPointer {
    @inlinable
    package func store(bigEndian value: some FixedWidthInteger, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
    }
}

extension UnsafeRawBufferPointer {
    @inlinable
    package func load<Number: FixedWidthInteger>(
        bigEndianAt offset: Int, as type: Number.Type = Number.self
    ) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
