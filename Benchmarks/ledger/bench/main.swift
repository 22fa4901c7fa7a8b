// One measure of the ledger on real files, printed as one object of JSON. Benchmarks/ledger.py runs it in turns with
// the reference in C.
//
// usage: ledger-bench write FOLDER RECORDS BATCH BYTES     durable records, as a node writes them
//        ledger-bench read FOLDER RECORDS BYTES            recovery without tiles, then verification
import Glibc

let words = Array(CommandLine.arguments.dropFirst())
let numbers = words.dropFirst(2).compactMap { Int($0) }

do {
    switch (words.first, numbers.count) {
    case ("write", 3):
        let bench = try WriteBench(folder: words[1], batch: numbers[1], recordBytes: numbers[2], records: numbers[0])
        print(try bench.run())
    case ("read", 2):
        print(try ReadBench(folder: words[1], records: numbers[0], recordBytes: numbers[1]).run())
    default:
        print("usage: ledger-bench write FOLDER RECORDS BATCH BYTES | read FOLDER RECORDS BYTES")
        exit(2)
    }
} catch {
    print("ledger-bench: \(error)")
    exit(1)
}
