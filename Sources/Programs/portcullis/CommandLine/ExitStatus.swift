/// What a verb tells the shell.
enum ExitStatus: Int32 {
    case done = 0
    /// The answer is no: refused, not found, does not verify.
    case no = 1
    /// Wrong use: unknown verb or option, bad value.
    case usage = 2
    /// Could not be asked or done: nothing runs there, no such folder.
    case unavailable = 3
    /// A process ended that is to be started again (sysexits' EX_SOFTWARE).
    case crashed = 70
}
