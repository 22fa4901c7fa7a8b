package import Bundle
internal import Bytes
internal import Crypto
internal import Files
internal import Registry
internal import Vocabulary

/// What a demonstration shows: a bundle, the people who work under it, and the terms of use that they accept.
package struct Example: Sendable {
    package let bundle: Bundle
    package let people: PeopleFile
    let terms: Terms
    /// SHA-256 of the people file, in hexadecimal.
    let peopleDigest: String
    /// A notice to rest a cut on.
    let notice: String

    /// A dated text: the first line is the date, the text begins behind the blank line.
    struct Terms: Sendable, Hashable {
        var date: String
        var text: String

        init?(_ bytes: [UInt8]) {
            let lines = String(decoding: bytes, as: UTF8.self).split(
                separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
            guard lines.count == 3, lines[0].utf8.count == 10, LocalTime(lines[0]) != nil, lines[1].isEmpty,
                !lines[2].isEmpty
            else { return nil }
            date = String(lines[0])
            text = String(lines[2])
        }
    }

    /// The folder `examples/bank` beside the running program's sources: looked for at and above the program's folder.
    package static func folder(above program: String) -> String? {
        var here = Folder.parent(of: program)
        while true {
            let candidate = (here == "/" ? "" : here) + "/examples/bank"
            if Folder.isFile(candidate + "/bundle.yaml") { return candidate }
            let parent = Folder.parent(of: here)
            guard parent != here, here != "." else { return nil }
            here = parent
        }
    }

    /// - Parameter folder: the bundle's. `people.yaml`, `terms.txt` and `notice.txt` lie beside it.
    package init(bundle folder: String) throws(SupervisionError) {
        let folder = WholeFile.absolute(folder)
        let beside = Folder.parent(of: folder)
        let file: [UInt8]
        let text: [UInt8]
        do throws(BundleErrors) { bundle = try Bundle.load(folder: folder) } catch { throw .badBundle(error) }
        do throws(FileError) {
            file = try WholeFile.read(beside + "/people.yaml", limit: 16 << 20)
            text = try WholeFile.read(beside + "/terms.txt", limit: 1 << 20)
        } catch { throw .file(error) }
        do throws(BundleErrors) { people = try PeopleFile(file, path: beside + "/people.yaml") } catch {
            throw .badBundle(error)
        }
        guard let terms = Terms(text) else {
            throw .badFile(
                path: beside + "/terms.txt",
                problem: "expected a date such as 2026-01-01 on the first line, a blank line, then the text")
        }
        self.terms = terms
        peopleDigest = SHA256.digest(file).hexadecimal
        notice = beside + "/notice.txt"
    }

    /// One person for each site, the first of the file.
    package var representatives: [PeopleFile.Entry] {
        var sites: Set<Country> = []
        return people.people.filter { person in person.site.map { sites.insert($0).inserted } ?? false }
    }
}
