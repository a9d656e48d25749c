import Checkpoints
import Foundation
import MPI

/// Writes checkpoints until one rank kills itself, at an instant that nothing else knows of.
///
/// - Parameters:
///   - world: All ranks.
///   - words: The folder, and the microseconds from the first checkpoint to the last rank's death.
/// - Throws: Where a checkpoint cannot be written.
func killedWhileWriting(_ world: Communicator, _ words: [String]) throws {
  let folder = CheckpointFolder(path: words[0], keep: 3)
  for step in 1... {
    try SampleRun(start: Float(step)).write(to: folder, step: step, on: world)
    if step == 1, world.rank == world.size - 1, let microseconds = UInt32(words[1]) {
      Thread.detachNewThread {
        usleep(microseconds)
        kill(getpid(), SIGKILL)
      }
    }
  }
}

/// Restores what a killed run left, and goes on from it.
func resumeAfterKill(_ world: Communicator, _ words: [String]) throws {
  let folder = CheckpointFolder(path: words[0], keep: 3)
  try folder.removeLeftovers(on: world)
  let run = SampleRun(start: -1)
  let resumed = try folder.newestValid(into: run.vectors, layout: run.layout, on: world)
  try expectEqual(resumed.passedOver, [])
  guard let state = resumed.state else { throw CheckFailure(description: "no checkpoint") }
  try expectEqual(run.numbers, SampleRun(start: Float(state.step)).numbers)
  try run.write(to: folder, step: state.step + 1, on: world)
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
  try expect(names.allSatisfy { $0.hasSuffix(".h5") }, "\(names)")
}
