internal import JSON

enum JSONObject {
    /// LIMIT: objects and arrays inside each other; headers, claims and key sets need three.
    static let maximumDepth = 16

    static func parse(_ bytes: [UInt8], part: JOSEError.Part) throws(JOSEError) -> JSONValue {
        var parser = JSONParser()
        let document: JSONDocument
        do throws(JSONError) { document = try parser.parse(bytes) } catch { throw .notAnObject(part: part) }
        guard document.root.kind == .object, document.nodes.allSatisfy({ Int($0.depth) <= maximumDepth }) else {
            throw .notAnObject(part: part)
        }
        return document.root
    }
}
