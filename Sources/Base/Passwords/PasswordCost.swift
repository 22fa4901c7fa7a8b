/// What one guess costs (RFC 9106 section 3.1).
package struct PasswordCost: Hashable, Sendable {
    package var memoryKibibytes: UInt32
    package var passes: UInt32
    package var lanes: UInt32

    package init(memoryKibibytes: UInt32, passes: UInt32, lanes: UInt32) {
        self.memoryKibibytes = memoryKibibytes
        self.passes = passes
        self.lanes = lanes
    }

    /// 64 MiB and three passes, as RFC 9106 section 4 recommends second, in one lane: sign-ins run side by side, so
    /// lanes would only split one thread's work. OWASP's least is 19 MiB and two passes (Password Storage Cheat
    /// Sheet, Argon2id); about five times its work is affordable here, because most people sign in at their firm's
    /// provider and the threads that hash are bounded.
    package static let standard = PasswordCost(memoryKibibytes: 65_536, passes: 3, lanes: 1)

    /// LIMIT: what a stored hash may ask for: 256 MiB, ten passes, four lanes, and 8 KiB a lane at least (RFC 9106
    /// section 3.1).
    package var isAffordable: Bool {
        (1...4).contains(lanes) && (1...10).contains(passes)
            && memoryKibibytes >= 8 * lanes && memoryKibibytes <= 256 * 1024
    }

    /// Whether each number is at least the other's; a hash that is not is made anew when its password is known.
    func isAtLeast(_ other: PasswordCost) -> Bool {
        memoryKibibytes >= other.memoryKibibytes && passes >= other.passes && lanes >= other.lanes
    }
}
