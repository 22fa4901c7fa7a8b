extension SecretBytes {
    /// Random bytes cut into secrets of one length. All are zeroed here when the last was taken.
    package struct Parts: ~Copyable {
        private let source: SecretBytes
        private let length: Int
        private var position = 0

        package init(_ bytes: consuming [UInt8], length: Int) {
            var bytes = bytes
            source = SecretBytes(taking: &bytes)
            self.length = length
        }

        /// Nil when too few bytes are left.
        package mutating func next() -> SecretBytes? {
            guard position + length <= source.count else { return nil }
            defer { position += length }
            return source.withUnsafeBytes { all in
                SecretBytes(UnsafeRawBufferPointer(rebasing: all[position..<position + length]))
            }
        }
    }
}
