internal import Files
internal import YAML

extension Bundle {
    /// The bundle files of a folder: every `*.yaml` in it and in its folder `rules`. What else lies there is not read.
    package static func files(in folder: String) throws(BundleErrors) -> [BundleFile] {
        do throws(FileError) {
            let rules = (try Folder.names(folder + "/rules") ?? []).map { "rules/" + $0 }
            let paths = (try Folder.names(folder) ?? []) + rules
            var files: [BundleFile] = []
            for path in paths.sorted() where path.hasSuffix(".yaml") {
                // More than the parser accepts, so that it is the parser who says that a file is too large.
                let bytes = try WholeFile.read(folder + "/" + path, limit: largestRead)
                files.append(BundleFile(path: path, bytes: bytes))
            }
            return files
        } catch {
            throw BundleErrors(faults: [BundleFault(file: folder, position: nil, message: error.description)])
        }
    }

    /// LIMIT: bytes of one file that are read at all.
    private static let largestRead = 16 * YAML.maximumBytes

    /// Reads a bundle from a folder.
    package static func load(folder: String, zones: ZoneSource = .system) throws(BundleErrors) -> Bundle {
        try load(files: files(in: folder), zones: zones)
    }
}
