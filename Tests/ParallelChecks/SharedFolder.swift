import Foundation
import MPI

/// Runs `body` on every rank with the path of one new folder, which is removed afterwards.
func withSharedFolder(_ world: Communicator, _ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "shoal-\(UUID().uuidString)")
  let path = try world.broadcast(folder.path, from: 0)
  if world.rank == 0 {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  try world.barrier()
  // A rank that fails does not wait for the others, which may not come; the folder then stays.
  try body(path)
  try world.barrier()
  if world.rank == 0 { try FileManager.default.removeItem(atPath: path) }
}
