internal import Glibc

/// The target of this process, by `PORTCULLIS_FUZZ_TARGET`.
private let chosen: any FuzzTarget = {
    let wanted = getenv("PORTCULLIS_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTargets.all.first(where: { $0.name == wanted }) else {
        let names = FuzzTargets.all.map { $0.name }.joined(separator: ", ")
        let line = "fuzz: PORTCULLIS_FUZZ_TARGET is \"\(wanted)\"; it must be one of \(names)\n"
        line.withCString { _ = write(2, $0, strlen($0)) }
        exit(2)
    }
    return target.init()
}()

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        let line = "fuzz: broken promise: \(error)\n"
        line.withCString { _ = write(2, $0, strlen($0)) }
        abort()
    }
    return 0
}
