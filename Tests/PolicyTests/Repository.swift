// Where the tests find the files of the repository.
import Files
import Bundle
import Files

enum Repository {
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")

    static func lines(_ path: String) throws -> [[UInt8]] {
        try WholeFile.read(root + "/" + path, limit: 64 << 20).split(separator: 0x0A).map { Array($0) }
    }

    static let testworld: Result<Bundle, BundleErrors> = Result { () throws(BundleErrors) in
        try Bundle.load(folder: root + "/library/testworld")
    }
}
