import Checkpoints
import Foundation
import MPI
import TestSupport

/// Writes to a disk that is too small, once with a look at its room and once without.
func fullDiskLeavesOlderCheckpoints(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let disk = "\(path)/disk"
    let isMounted = world.rank == 0 && SmallDisk.mount(at: disk, kilobytes: 512)
    if try world.allReduce(Int32(isMounted ? 1 : 0), .maximum) == 0 {
      if world.rank == 0 { print("skipped: no permission to mount a small disk") }
      return
    }
    defer {
      // Where a rank failed, the others may not come, and the disk is unmounted under them.
      if world.rank == 0 { SmallDisk.unmount(disk) }
    }
    let run = SampleRun(start: 1)
    var folder = CheckpointFolder(path: disk, keep: 9)
    try run.write(to: folder, step: 1, on: world)
    try fill(disk, but: 8192, on: world)
    let predicted = try failure(folder, run, world)
    guard case .diskFull(disk, let needed, let available) = predicted else { throw predicted }
    try expect(available < needed, "\(available) of \(needed) bytes")
    try expectEqual(predicted.exitCode, 73)
    folder.looksForRoom = false
    let met = try failure(folder, run, world)
    guard case .cannotWrite(_, "posix_fallocate", "No space left on device") = met else {
      throw met
    }
    let resumed = try folder.newestValid(into: run.vectors, layout: run.layout, on: world)
    try expectEqual(resumed.path, "\(disk)/step-00000001.h5")
    try expectEqual(resumed.passedOver, [])
  }
}

/// Lets a write fail, and compares what the ranks throw and leave.
private func failure(
  _ folder: CheckpointFolder, _ run: SampleRun, _ world: Communicator
) throws -> CheckpointError {
  let error = try expectThrows(CheckpointError.self) {
    try run.write(to: folder, step: 2, on: world)
  }
  let texts = try world.allGather("\(error)")
  try expectEqual(texts, texts.map { _ in texts[0] })
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
  try expectEqual(names.sorted(), ["filler", "step-00000001.h5"])
  try world.barrier()
  return error
}

/// Leaves so many bytes on a disk.
private func fill(_ disk: String, but rest: Int, on world: Communicator) throws {
  if world.rank == 0 {
    let free = try FileManager.default.attributesOfFileSystem(forPath: disk)[.systemFreeSize]
    let count = (free as? Int ?? 0) - rest
    try Data(count: count).write(to: URL(fileURLWithPath: "\(disk)/filler"))
  }
  try world.barrier()
}
