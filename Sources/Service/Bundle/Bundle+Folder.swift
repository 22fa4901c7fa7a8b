internal import Files
internal import YAML

extension Bundle {
    /// The bundle files of a folder: every `*.yaml` in it and in its folder `rules`. What else lies there is not read.
    package static func files(in folder: String) throws(BundleErrors) -> [BundleFile] {
        var files: [BundleFile] = []
        do throws(FileError) {
            var paths = try names(in: folder)
            if paths.contains("rules"), Folder.isFolder(folder + "/rules") {
                paths += try names(in: folder + "/rules").map { "rules/" + $0 }
            }
            for path in paths where path.hasSuffix(".yaml") {
                // Larger files are read as far as it takes for the parser to say so.
                let bytes = try WholeFile.read(folder + "/" + path, limit: 64 << 20)
                files.append(BundleFile(path: path, bytes: bytes))
            }
        } catch {
            throw BundleErrors(faults: [BundleFault(file: folder, position: nil, message: error.description)])
        }
        return files
    }

    /// Sorted, without those that begin with a dot.
    private static func names(in folder: String) throws(FileError) -> [String] {
        guard let names = try Folder.names(folder) else {
            throw .missing(folder: folder)
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Reads a bundle from a folder.
    package static func load(folder: String, zones: ZoneSource = .system) throws(BundleErrors) -> Bundle {
        try load(files: files(in: folder), zones: zones)
    }
}
