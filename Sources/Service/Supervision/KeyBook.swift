internal import Files
internal import JSON

/// The keys that a demonstration made: their texts are shown once, so it keeps them for its next start. 0600.
struct KeyBook: Equatable {
    struct Key: Equatable {
        var account: String
        var id: String
        var text: String
    }

    struct Source: Equatable {
        var id: String
        var kind: String
        var text: String
    }

    /// Digest of the people file that the store was filled from.
    var people: String?
    var keys: [Key] = []
    var sources: [Source] = []

    init() {}

    /// Empty where there is none, or it cannot be read: everything is then made anew.
    init(file path: String) {
        guard let bytes = try? WholeFile.read(path, limit: 16 << 20) else { return }
        var parser = JSONParser()
        guard let root = try? parser.parse(bytes).root else { return }
        // The root is an object and has no elements, so a missing list is an empty one.
        people = root["people_sha256"]?.string
        for entry in (root["keys"] ?? root).elements {
            guard let account = entry["account"]?.string, let id = entry["id"]?.string,
                let text = entry["key"]?.string
            else { continue }
            keys.append(Key(account: account, id: id, text: text))
        }
        for entry in (root["sources"] ?? root).elements {
            guard let id = entry["id"]?.string, let kind = entry["kind"]?.string,
                let text = entry["key"]?.string
            else { continue }
            sources.append(Source(id: id, kind: kind, text: text))
        }
    }

    func save(_ path: String) throws(SupervisionError) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("people_sha256", people)
            object.member(
                "keys",
                array: { list in
                    for key in keys {
                        list.object {
                            $0.member("account", key.account)
                            $0.member("id", key.id)
                            $0.member("key", key.text)
                        }
                    }
                })
            object.member(
                "sources",
                array: { list in
                    for source in sources {
                        list.object {
                            $0.member("id", source.id)
                            $0.member("kind", source.kind)
                            $0.member("key", source.text)
                        }
                    }
                })
        }
        do throws(FileError) { try WholeFile.replace(path, writer.bytes + [0x0A]) } catch { throw .file(error) }
    }

    func key(of account: String) -> String? { keys.first { $0.account == account }?.text }
}
