// Where the tests find the files of the repository.
import Bundle
import Files

enum Repository {
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")

    static let bank: Result<Bundle, BundleErrors> = Result { () throws(BundleErrors) in
        try Bundle.load(folder: root + "/examples/bank")
    }

    static func bytes(_ path: String) throws -> [UInt8] { try WholeFile.read(root + "/" + path, limit: 1 << 20) }
}
