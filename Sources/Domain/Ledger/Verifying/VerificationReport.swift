package import Crypto

/// What a verifier found in one log.
package struct VerificationReport: Sendable {
    /// One thing that is not as it must be.
    package struct Problem: Equatable, Sendable {
        package let path: String
        package let offset: UInt64?
        package let text: String

        package var description: String {
            path.isEmpty ? text : path + (offset.map { ", byte \($0)" } ?? "") + ": " + text
        }
    }

    /// LIMIT: more problems are counted and not listed.
    package static let maximumProblems = 100

    package internal(set) var origin = ""
    /// Whether the key came from outside of the folder.
    package internal(set) var isAnchored = false
    package internal(set) var segments = 0
    /// Records' frames that are whole and in place, from index 0.
    package internal(set) var size: UInt64 = 0
    package internal(set) var root: Digest?
    package internal(set) var framesByType: [RecordType: UInt64] = [:]
    package internal(set) var bytes: UInt64 = 0
    package internal(set) var checkpoints = 0
    /// Of the last good checkpoint.
    package internal(set) var signedSize: UInt64 = 0
    package internal(set) var fullTiles = 0
    package internal(set) var missingTiles = 0
    package internal(set) var partialTiles = 0
    package internal(set) var keyFiles = 0
    package internal(set) var problems: [Problem] = []
    package internal(set) var moreProblems = 0
    /// Things to know that are no faults.
    package internal(set) var notes: [String] = []

    package init() {}

    package var isGood: Bool { problems.isEmpty }

    mutating func report(_ path: String, at offset: UInt64? = nil, _ text: String) {
        if problems.count < Self.maximumProblems {
            problems.append(Problem(path: path, offset: offset, text: text))
        } else {
            moreProblems += 1
        }
    }
}
