import Foundation
import MPI

// Another room adds its checks in a file of its own, `<Room>Checks.swift`, and here.
let checks =
  mpiChecks + exchangeChecks + hdf5Checks + checkpointChecks + datasetsChecks + trainingChecks

/// The first argument is the name of a check or program, or `--list`.
let words = Array(CommandLine.arguments.dropFirst())
if words == ["--list"] {
  print(checks.map(\.name).joined(separator: "\n"))
  exit(0)
}
guard let check = (checks + programs).first(where: { $0.name == words.first }) else {
  FileHandle.standardError.write(Data("no check is called \(words.first ?? "nothing")\n".utf8))
  exit(64)
}
exit(
  withMPI { world in
    try check.body(world, Array(words.dropFirst()))
    return 0
  })
