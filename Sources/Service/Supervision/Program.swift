/// A program to be kept running.
package struct Program: Hashable, Sendable {
    /// In which order programs end: clients first, then those who write down, then those who are asked.
    package enum Rank: Int, CaseIterable, Comparable, Sendable {
        case gateway
        case console
        case simulator

        package static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    /// Also the name of its log.
    package var name: String
    package var rank: Rank
    package var executable: String
    package var arguments: [String]

    package init(name: String, rank: Rank, executable: String, arguments: [String]) {
        self.name = name
        self.rank = rank
        self.executable = executable
        self.arguments = arguments
    }
}
