import Foundation
import MPI
import TestSupport

/// Programs that end badly, or that go on from there; `--list` does not show them.
let programs = [
  Check("failTogether") { _ in throw ConfigurationFailure(description: "run.yaml: no such key") },
  Check("failDifferently") { world in
    throw ConfigurationFailure(description: world.rank == 1 ? "node full" : "disk full")
  },
  Check("failAlone") { world in
    if world.rank == world.size - 1 { throw ConfigurationFailure(description: "lost the disk") }
    try world.barrier()
  },
  Check("failAfterOthersReturned") { world in
    if world.rank == world.size - 1 { throw ConfigurationFailure(description: "lost the disk") }
  },
  Check("failWithoutCode") { _ in throw PlainFailure() },
  Check("failInMPI") { world in
    // More is sent than the last rank has room for.
    var values = [UInt8](repeating: 0, count: world.rank == world.size - 1 ? 4 : 8)
    try values.withUnsafeMutableBufferPointer { try world.broadcast($0, from: 0) }
    try world.barrier()
  },
  Check("failWhileReducing") { world in
    var values = [Double](repeating: 1, count: 100_000)
    try values.withUnsafeMutableBufferPointer { values in
      let request = try world.startAllReduce(values, .sum)
      if world.rank == 0 { throw ConfigurationFailure(description: "lost the disk") }
      try request.wait()
      try world.barrier()
    }
  },
  Check("stall") { world in
    let world = try world.watched(timeout: .seconds(3))
    world.watchdog?.step = 7
    world.watchdog?.activity = "the test"
    if world.rank == 1 { sleep(forEver) }
    try world.barrier()
  },
  Check("stallInALibrary") { world in
    let world = try world.watched(timeout: .seconds(3))
    world.watchdog?.guarding("writing a.h5") {
      if world.rank == 1 { sleep(forEver) }
    }
    // Without its own watchdog this rank would wait for ever.
    if world.rank == 0 { sleep(forEver) }
  },
  Check("killedWhileWriting", withWords: killedWhileWriting),
  Check("resumeAfterKill", withWords: resumeAfterKill),
]

/// Seconds after which the launcher, which waits as long, has ended whoever sleeps.
private let forEver = UInt32(ProgramRun.limit)

/// An error with an exit code, as a wrong configuration is.
struct ConfigurationFailure: ExitCoded, CustomStringConvertible {
  let description: String
  var exitCode: Int32 { 78 }
}

/// An error without one.
struct PlainFailure: Error, CustomStringConvertible {
  var description: String { "something else" }
}
