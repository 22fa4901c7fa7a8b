internal import HTTP

/// Heads of requests and answers: any bytes give a head or a fault, the same however they arrive.
struct HTTPHeadTarget: FuzzTarget {
    static let name = "http-head"

    func run(_ input: [UInt8]) {
        let whole = scan(input, step: input.count)
        let bytewise = scan(input, step: 1)
        if let whole, let bytewise {
            precondition(whole.length == bytewise.length, "the end of a head moved with the cuts")
            precondition(whole.fault == nil || bytewise.fault != nil, "a fault vanished with the cuts")
        }
        guard let length = whole?.length else { return }
        input.withUnsafeBytes { bytes in
            let head = UnsafeRawBufferPointer(rebasing: bytes[..<length])
            check(try? RequestHead.parse(head))
            if let answer = try? ResponseHead.parse(head) {
                precondition((100...599).contains(answer.status))
                _ = answer.fields.all
            }
        }
    }

    private func check(_ head: RequestHead?) {
        guard let head else { return }
        precondition(head.target.utf8.first == 0x2F, "a target that is not in origin-form")
        precondition(!head.target.utf8.contains { $0 <= 0x20 || $0 == 0x7F }, "a target with a blank or control byte")
        if case .length = head.body {
            precondition(head.fields.count(of: "transfer-encoding") == 0, "two framings in one head")
        }
        for field in head.fields.all {
            precondition(!field.name.isEmpty && !field.value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 })
        }
    }

    private struct Scan {
        var length: Int?
        var fault: HTTPFault?
    }

    /// Nil when the head is not whole.
    private func scan(_ input: [UInt8], step: Int) -> Scan? {
        var scanner = HeadScanner()
        var end = 0
        while end < input.count {
            end = min(input.count, end + max(step, 1))
            var outcome: Scan?
            input[..<end].withUnsafeBytes { bytes in
                do throws(HTTPFault) {
                    if let length = try scanner.scan(bytes) { outcome = Scan(length: length) }
                } catch { outcome = Scan(fault: error) }
            }
            if let outcome { return outcome }
        }
        return nil
    }
}
