// The directory at the size of a bank, printed as one object of JSON. Benchmarks/directory.py runs it.
//
// usage: directory-bench fill FOLDER PEOPLE KEYS SESSIONS   a control store, and some of its tokens
//        directory-bench run FOLDER                         start, memory, checks and changes with that store
import Glibc

let words = Array(CommandLine.arguments.dropFirst())
let numbers = words.dropFirst(2).compactMap { Int($0) }

do {
    switch (words.first, words.count, numbers.count) {
    case ("fill", 5, 3):
        try BankStore(folder: words[1]).fill(people: numbers[0], keys: numbers[1], sessions: numbers[2])
    case ("run", 2, 0): print(try DirectoryBench(BankStore(folder: words[1])).run())
    default:
        print("usage: directory-bench fill FOLDER PEOPLE KEYS SESSIONS | run FOLDER")
        exit(2)
    }
} catch {
    print("directory-bench: \(error)")
    exit(1)
}
