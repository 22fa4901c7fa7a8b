/// One file of a bundle, by its path inside the bundle's folder: `vendors.yaml`, `rules/places.yaml`.
package struct BundleFile: Hashable, Sendable {
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
