internal import Glibc

// A reader that leaves (`portcullis … | head`) is an error of the write, not the end of the process.
signal(SIGPIPE, SIG_IGN)
// What is written is for the user that runs it alone: keys, records, sockets.
umask(0o077)
exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
