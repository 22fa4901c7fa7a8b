internal import Glibc

// Top-level code runs on the main actor; nothing here starts a task.
exit(VerifyProgram.run(Array(CommandLine.arguments.dropFirst())))
