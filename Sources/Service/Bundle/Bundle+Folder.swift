internal import Bytes
internal import YAML

extension Bundle {
    /// The bundle files of a folder: every `*.yaml` in it and in its folder `rules`. What else lies there is not read.
    package static func files(in folder: String) throws(BundleErrors) -> [BundleFile] {
        var files: [BundleFile] = []
        do throws(WholeFile.Fault) {
            var paths = try WholeFile.names(in: folder)
            if paths.contains("rules"), WholeFile.isFolder(folder + "/rules") {
                paths += try WholeFile.names(in: folder + "/rules").map { "rules/" + $0 }
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

    /// Reads a bundle from a folder.
    package static func load(folder: String, zones: ZoneSource = .system) throws(BundleErrors) -> Bundle {
        try load(files: files(in: folder), zones: zones)
    }
}
