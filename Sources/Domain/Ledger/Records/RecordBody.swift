internal import CBOR

/// What stands in one record of an exchange, before it is sealed.
protocol RecordBody {
    func write(to writer: inout CBORWriter)
}

extension RecordBody {
    /// By itself, for whoever has no buffer to write into.
    func encoded() -> [UInt8] {
        var writer = CBORWriter()
        write(to: &writer)
        return writer.finish()
    }
}
