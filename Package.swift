// swift-tools-version: 6.2
// One package, one folder a layer, dependencies only downwards: C < Base < Domain < Service < Programs.
// ARCHITECTURE.md has the table with the purpose of every module.
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A Swift module of one layer; its folder is `Sources/<layer>/<name>`.
func module(_ layer: String, _ name: String, _ dependencies: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
        path: "Sources/\(layer)/\(name)", swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [String]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
        path: "Sources/Programs/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [String], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) },
        path: "Tests/\(name)", resources: resources, swiftSettings: strict)
}

/// One Debian library: headers and link flags only.
func library(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let border: [Target] = [
    .target(name: "CLinux", path: "Sources/C/CLinux", cSettings: [.unsafeFlags(["-O2"])]),
    .target(
        name: "CSimdjson", path: "Sources/C/CSimdjson",
        cxxSettings: [.unsafeFlags(["-O3", "-std=c++17", "-fno-exceptions"])],
        linkerSettings: [.linkedLibrary("simdjson")]),
    library("COpenSSL", "libcrypto", "libssl-dev"),
    .target(
        name: "CTLS", path: "Sources/C/CTLS", cSettings: [.unsafeFlags(["-O2"])],
        linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    library("CSQLite", "sqlite3", "libsqlite3-dev"),
    library("CArgon2", "libargon2", "libargon2-dev"),
    library("CYAML", "yaml-0.1", "libyaml-dev"),
]

let base: [Target] = [
    module("Base", "Bytes", ["CLinux"]),
    module("Base", "Files", ["CLinux"]),
    module("Base", "CBOR", ["Bytes"]),
    module("Base", "JSON", ["Bytes", "CSimdjson"]),
    module("Base", "YAML", ["Bytes", "CYAML"]),
    module("Base", "Crypto", ["Bytes", "COpenSSL"]),
    module("Base", "Runtime", ["Bytes", "CLinux"]),
    module("Base", "Passwords", ["Bytes", "Crypto", "Runtime", "CArgon2"]),
    module("Base", "JOSE", ["Bytes", "Crypto", "JSON"]),
    module("Base", "HTTP", ["Bytes"]),
    module("Base", "TLS", ["Bytes", "Crypto", "Files", "Runtime", "CTLS"]),
    module("Base", "Transport", ["Bytes", "HTTP", "Runtime", "TLS", "CLinux"]),
    module("Base", "Storage", ["Bytes", "CSQLite"]),
    module("Base", "Telemetry", ["Bytes", "Runtime", "CLinux"]),
]

let domain: [Target] = [
    module("Domain", "Vocabulary", ["Bytes"]),
    module("Domain", "Registry", ["Vocabulary", "Bytes"]),
    module("Domain", "Identity", ["Vocabulary", "Bytes", "Crypto"]),
    module("Domain", "Authentication", ["Vocabulary", "Bytes", "CBOR", "Crypto", "JOSE", "JSON"]),
    module("Domain", "Location", ["Vocabulary", "Bytes"]),
    module("Domain", "Inspection", ["Vocabulary", "Bytes", "JSON"]),
    module("Domain", "Policy", ["Vocabulary", "Bytes", "CBOR"]),
    module("Domain", "CutOff", ["Vocabulary", "Bytes", "CBOR"]),
    module("Domain", "Approvals", ["Vocabulary", "Bytes", "CBOR", "Crypto"]),
    module("Domain", "MerkleLog", ["Bytes", "Crypto"]),
    module("Domain", "Ledger", ["Vocabulary", "Bytes", "CBOR", "Crypto", "MerkleLog", "Policy"]),
]

let service: [Target] = [
    module(
        "Service", "Bundle",
        [
            "YAML", "CBOR", "JSON", "Bytes", "Crypto", "Files", "Vocabulary", "Registry", "Policy", "Location",
            "Approvals", "Identity",
        ]),
    module(
        "Service", "DecisionCases", ["Bundle", "Bytes", "JSON", "Location", "Policy", "Vocabulary"]),
    module("Service", "Dialects", ["Vocabulary", "Bytes", "JSON", "HTTP", "Inspection"]),
    module(
        "Service", "Stores",
        [
            "Approvals", "Authentication", "Bytes", "Crypto", "Files", "Passwords", "Runtime", "Storage", "Vocabulary",
            "Identity", "Location", "Policy", "Ledger",
            "LedgerFiles", "MerkleLog", "CutOff", "Telemetry",
        ]),
    module(
        "Service", "Installation",
        [
            "Bytes", "Crypto", "Files", "JSON", "Runtime", "TLS", "Transport", "YAML", "Vocabulary", "Ledger",
            "Telemetry",
        ]),
    module("Service", "LedgerFiles", ["Ledger", "Files"]),
    module(
        "Service", "SignIn",
        [
            "Authentication", "Bytes", "CBOR", "Crypto", "HTTP", "JOSE", "Passwords", "Runtime", "TLS", "Transport",
            "Vocabulary",
        ]),
    module(
        "Service", "Gateway",
        [
            "AdministrationClient", "Archive", "Bundle", "Bytes", "CBOR", "Crypto", "CutOff", "Dialects", "Files",
            "HTTP", "Identity", "Inspection",
            "Installation", "JSON", "Ledger", "LedgerFiles", "Location", "Policy", "Registry", "Runtime", "Storage",
            "Stores", "Telemetry", "Transport", "Upstream", "Vocabulary",
        ]),
    module(
        "Service", "Upstream",
        ["Bytes", "Files", "HTTP", "Ledger", "Registry", "Runtime", "Transport", "Vocabulary"]),
    module(
        "Service", "Archive",
        [
            "Bundle", "Bytes", "CBOR", "CutOff", "Files", "Installation", "JSON", "Ledger", "LedgerFiles", "MerkleLog",
            "Policy", "Stores", "Vocabulary",
        ]),
    module(
        "Service", "Backup",
        [
            "Archive", "Bytes", "Crypto", "CutOff", "Files", "Installation", "JSON", "Ledger", "LedgerFiles",
            "MerkleLog", "Runtime", "Storage", "Stores", "Vocabulary",
        ]),
    module(
        "Service", "Notices",
        ["Bytes", "Crypto", "Files", "HTTP", "Installation", "JSON", "Runtime", "Transport", "Vocabulary"]),
    module(
        "Service", "AdministrationClient", ["HTTP", "Installation", "Runtime", "Transport", "Vocabulary"]),
    module(
        "Service", "Administration",
        [
            "AdministrationClient", "Approvals", "Archive", "Bundle", "Bytes", "CBOR", "Crypto", "CutOff", "Files",
            "HTTP",
            "Identity",
            "Installation", "JSON", "Ledger", "Location", "MerkleLog", "Notices", "Registry", "Runtime", "Storage",
            "Stores",
            "Telemetry", "Transport", "Vocabulary",
        ]),
    module(
        "Service", "Supervision",
        [
            "AdministrationClient", "Bundle", "Bytes", "Crypto", "Files", "HTTP", "Installation", "JSON", "Registry",
            "Runtime", "Telemetry", "Transport", "Vocabulary",
        ]),
    module("Service", "Simulator", ["Bytes", "JSON", "Crypto", "Files", "HTTP", "Runtime", "Transport"]),
]

/// The parsers under fuzz. `scripts/fuzz` builds them with sanitizers into a library of their own; otherwise they are a
/// test that replays every kept input.
let isFuzzing = Context.environment["PORTCULLIS_FUZZ"] != nil
let fuzzed: [Target.Dependency] = [
    "Bundle", "Bytes", "CBOR", "Crypto", "CutOff", "Dialects", "Files", "HTTP", "Identity", "Inspection", "JSON",
    "Authentication", "JOSE",
    "Ledger", "MerkleLog", "Policy", "Vocabulary", "YAML",
]
let fuzzFiles = ["README.md", "corpus", "crashes", "dictionaries", "log.md", "parsers"]
let fuzz: Target =
    isFuzzing
    ? .target(
        name: "FuzzTargets", dependencies: fuzzed, path: "Fuzz", exclude: fuzzFiles + ["Replay"],
        swiftSettings: strict)
    : .testTarget(
        name: "FuzzTests", dependencies: fuzzed, path: "Fuzz", exclude: fuzzFiles, swiftSettings: strict)

let package = Package(
    name: "portcullis",
    products: isFuzzing ? [.library(name: "Fuzz", type: .static, targets: ["FuzzTargets"])] : [],
    targets: border + base + domain + service + [fuzz] + [
        .target(
            name: "TestKit", dependencies: ["Runtime"], path: "Sources/TestKit", swiftSettings: strict),
        program(
            "portcullis",
            [
                "Administration", "AdministrationClient", "Archive", "Backup", "Bundle", "Bytes", "CBOR", "Crypto",
                "CutOff", "DecisionCases", "Dialects", "Files", "Gateway", "HTTP", "Identity", "Inspection",
                "Installation", "JSON",
                "Ledger", "Policy", "Runtime", "Simulator", "Stores", "Supervision", "Transport", "Vocabulary",
                "YAML",
            ]),
        // The engine with a fixed route and nothing else: a yardstick for `make bench`, not shipped.
        .executableTarget(
            name: "bare", dependencies: ["Bytes", "HTTP", "Runtime", "Transport"], path: "Benchmarks/bare",
            swiftSettings: strict),
        program("portcullis-verify", ["Ledger", "LedgerFiles", "MerkleLog", "Bytes", "Crypto", "Files"]),
        .target(
            name: "LedgerTestKit",
            dependencies: [
                "Ledger", "MerkleLog", "Policy", "Vocabulary", "CBOR", "Crypto", "Bytes", "Files", "LedgerFiles",
            ],
            path: "Tests/LedgerTestKit", swiftSettings: strict),
        .executableTarget(
            name: "ledger-sample",
            dependencies: ["LedgerTestKit", "Ledger", "MerkleLog", "Vocabulary", "CBOR", "Crypto", "Bytes", "Files"],
            path: "Tests/ledger-sample", swiftSettings: strict),
        tests("BytesTests", ["Bytes"]),
        tests("TelemetryTests", ["Telemetry", "Runtime", "TestKit"]),
        tests(
            "StoresTests",
            [
                "Approvals", "Authentication", "Stores", "Bytes", "Crypto", "Files", "Identity", "Passwords", "Storage",
                "Vocabulary",
            ]),
        tests("NoticesTests", ["Notices", "Bytes", "Crypto", "Runtime", "TestKit", "Vocabulary"]),
        tests("RegistryTests", ["Registry", "Vocabulary"]),
        tests("LocationTests", ["Location", "Vocabulary"]),
        tests("RuntimeTests", ["Runtime", "TestKit"]),
        tests("HTTPTests", ["HTTP"]),
        tests("IdentityTests", ["Identity", "Vocabulary", "Crypto", "Bytes", "Files", "CAllocationCounter"]),
        tests("TransportTests", ["Transport", "TLS", "HTTP", "Runtime", "Bytes", "CLinux", "TestKit"]),
        tests("CryptoTests", ["Crypto", "Bytes"]),
        .executableTarget(
            name: "sign-in-sample",
            dependencies: [
                "SignIn", "Authentication", "Bytes", "Crypto", "JSON", "Passwords", "Runtime", "Transport",
                "Vocabulary",
            ],
            path: "Tests/sign-in-sample", swiftSettings: strict),
        tests(
            "SignInTests",
            ["SignIn", "Authentication", "Bytes", "Passwords", "Runtime", "TestKit", "Vocabulary"]),
        tests("PasswordsTests", ["Passwords", "Bytes", "Runtime", "TestKit"]),
        .target(
            name: "JOSETestKit", dependencies: ["JOSE", "Bytes", "Crypto"], path: "Tests/JOSETestKit",
            swiftSettings: strict),
        tests("JOSETests", ["JOSE", "JOSETestKit", "Bytes", "Crypto", "JSON"]),
        tests(
            "AuthenticationTests",
            ["Authentication", "JOSETestKit", "Bytes", "CBOR", "Crypto", "JOSE", "JSON", "Vocabulary"]),
        tests(
            "SupervisionTests",
            [
                "Supervision", "Bundle", "Bytes", "Crypto", "Files", "Installation", "JSON", "Registry", "Runtime",
                "TestKit", "TLS",
                "Transport", "Vocabulary",
            ]),
        tests("JSONTests", ["JSON"]),
        tests("SimulatorTests", ["Simulator", "JSON", "Bytes", "Files", "HTTP", "Runtime", "Transport", "TestKit"]),
        tests("CBORTests", ["CBOR", "Bytes"]),
        tests("MerkleLogTests", ["MerkleLog", "Bytes", "Crypto"]),
        tests("InspectionTests", ["Inspection", "Bytes", "JSON"]),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests(
            "DialectsTests",
            ["Dialects", "Vocabulary", "Inspection", "HTTP", "JSON", "Bytes", "CAllocationCounter"]),
        tests(
            "PolicyTests", ["Policy", "Vocabulary", "CBOR", "Bundle", "DecisionCases", "Files"],
            resources: [.copy("Cases")]),
        tests(
            "GatewayTests",
            [
                "Gateway", "Bundle", "Bytes", "Crypto", "CutOff", "Identity", "Location", "Policy", "Runtime", "Stores",
                "TestKit",
                "Vocabulary",
            ]),
        tests("AdministrationTests", ["Administration", "HTTP", "JSON", "Vocabulary"]),
        tests("YAMLTests", ["YAML"]),
        tests(
            "BundleTests",
            ["Approvals", "Bundle", "Files", "JSON", "Policy", "Registry", "Location", "Vocabulary", "YAML"]),
        tests(
            "ArchiveTests",
            [
                "Archive", "Bundle", "Bytes", "CBOR", "Crypto", "CutOff", "Files", "Installation", "JSON", "Ledger",
                "LedgerFiles", "LedgerTestKit", "Location", "Policy", "Registry", "Vocabulary",
            ]),
        tests(
            "AdministrationClientTests",
            [
                "AdministrationClient", "Bytes", "Crypto", "Files", "HTTP", "Runtime", "TestKit", "Transport",
                "Installation", "Vocabulary",
            ]),
        tests(
            "BackupTests",
            [
                "Backup", "Bytes", "Crypto", "Files", "Installation", "Ledger", "LedgerFiles", "Vocabulary",
            ]),
        tests("ApprovalsTests", ["Approvals", "Vocabulary", "CBOR", "Crypto"]),
        tests("CutOffTests", ["CutOff", "Vocabulary", "CBOR"]),
        tests(
            "LedgerTests",
            [
                "LedgerTestKit", "LedgerFiles", "Ledger", "MerkleLog", "Policy", "Vocabulary", "CBOR", "Crypto",
                "Bytes",
                "Files",
            ]),
        tests(
            "LedgerFireTests",
            ["LedgerTestKit", "LedgerFiles", "Ledger", "MerkleLog", "Vocabulary", "CBOR", "Bytes", "Files"]),
        .executableTarget(
            name: "ledger-bench",
            dependencies: [
                "LedgerTestKit", "LedgerFiles", "Ledger", "MerkleLog", "Policy", "Vocabulary", "Crypto", "Bytes",
                "Files", "Runtime",
            ],
            path: "Benchmarks/ledger/bench", swiftSettings: strict),
        .executableTarget(
            name: "directory-bench",
            dependencies: [
                "Stores", "Storage", "Identity", "Vocabulary", "Crypto", "Bytes", "Files", "CAllocationCounter",
            ],
            path: "Benchmarks/directory/bench", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// The targets named in PORTCULLIS_ONLY and what they need, for a quick build of few; all of them when it is not set.
if let only = Context.environment["PORTCULLIS_ONLY"] {
    var wanted = Set(only.split(separator: " ").map(String.init))
    var size = 0
    while size != wanted.count {
        size = wanted.count
        for target in package.targets where wanted.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
        }
    }
    package.targets = package.targets.filter { wanted.contains($0.name) }
}
