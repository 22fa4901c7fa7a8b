internal import Glibc

// A reader that leaves (`portcullis … | head`) is an error of the write, not the end of the process.
signal(SIGPIPE, SIG_IGN)
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
