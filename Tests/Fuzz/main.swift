import Foundation

// Fuzz --list; Fuzz TARGET [--seconds N | --count N] [--seed S] [--from M] [--keep FOLDER]
let words = Array(CommandLine.arguments.dropFirst())
if words == ["--list"] {
  print(targets.map(\.name).joined(separator: "\n"))
  exit(0)
}
guard let campaign = Campaign(words) else {
  let usage =
    "usage: Fuzz --list | Fuzz TARGET [--seconds N | --count N] [--seed S] [--from M] [--keep FOLDER]"
  FileHandle.standardError.write(Data("\(usage)\n".utf8))
  exit(64)
}
if ProcessInfo.processInfo.environment[Supervisor.childVariable] != nil {
  // MPI takes signals that nobody waits for as its own.
  exit(Child(campaign).run())
}
exit(try Supervisor(campaign).run())
