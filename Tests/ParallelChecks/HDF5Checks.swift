import Foundation
import HDF5
import MPI

let hdf5Checks = [
  Check("ranksWriteUnevenAndEmptyShares", ranksWriteUnevenAndEmptyShares),
  Check("partsAreAgreedByAllRanks", partsAreAgreedByAllRanks),
  Check("ranksReadOverlappingRows", ranksReadOverlappingRows),
  Check("attributesOfAllRanksAreOne", attributesOfAllRanksAreOne),
  Check("badFilesGiveEveryRankAnError", badFilesGiveEveryRankAnError),
]

/// Element (row, column) of every dataset here.
private func value(_ row: Int, _ column: Int) -> Double { Double(row * 100 + column) }

private func rows(_ range: Range<Int>, columns: Int) -> [Double] {
  range.flatMap { row in (0..<columns).map { value(row, $0) } }
}

/// A share that is uneven: rank r gets r parts of 0 + 1 + … of the rows, rank 0 none but alone.
private func share(_ count: Int, _ world: Communicator) -> Range<Int> {
  if world.size == 1 { return 0..<count }
  func start(_ rank: Int) -> Int { count * rank * (rank - 1) / (world.size * (world.size - 1)) }
  return start(world.rank)..<start(world.rank + 1)
}

private func write(
  _ path: String, rows count: Int, partBytes: Int? = nil, on world: Communicator
) throws {
  let file = try File.create(path, on: world)
  var dataset = try file.createDataset("/group/values", shape: [count, 3], type: .float64)
  if let partBytes { dataset.partBytes = partBytes }
  let share = share(count, world)
  try rows(share, columns: 3).withUnsafeBufferPointer { try dataset.write($0, rows: share) }
  try dataset.close()
  try file.flush()
  try file.close()
}

private func read(
  _ path: String, rows: Range<Int>, partBytes: Int? = nil, on communicator: Communicator?
) throws -> [Double] {
  let file = try File.open(path, on: communicator)
  var dataset = try file.dataset("/group/values")
  if let partBytes { dataset.partBytes = partBytes }
  var values = [Double](repeating: .nan, count: rows.count * 3)
  try values.withUnsafeMutableBufferPointer { try dataset.read(rows: rows, into: $0) }
  try dataset.close()
  try file.close()
  return values
}

private func ranksWriteUnevenAndEmptyShares(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    for count in [1, 2, 7, 100] {
      let path = "\(folder)/\(count).h5"
      try write(path, rows: count, on: world)
      try expectEqual(try read(path, rows: 0..<count, on: nil), rows(0..<count, columns: 3))
    }
  }
}

private func partsAreAgreedByAllRanks(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    for partBytes in [1, 24, 100, 1000] {
      let path = "\(folder)/\(partBytes).h5"
      try write(path, rows: 50, partBytes: partBytes, on: world)
      try expectEqual(try read(path, rows: 0..<50, on: nil), rows(0..<50, columns: 3))
      let share = share(50, world)
      try expectEqual(
        try read(path, rows: share, partBytes: partBytes, on: world), rows(share, columns: 3))
    }
  }
}

private func ranksReadOverlappingRows(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let path = "\(folder)/overlap.h5"
    try write(path, rows: 20, on: world)
    let wanted = world.rank..<20 - 2 * world.rank
    try expectEqual(try read(path, rows: wanted, on: world), rows(wanted, columns: 3))
    let nothing = world.rank == 0 ? 0..<20 : 3..<3
    try expectEqual(try read(path, rows: nothing, on: world), rows(nothing, columns: 3))
  }
}

private func attributesOfAllRanksAreOne(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let path = "\(folder)/attributes.h5"
    let text = AttributeValue.text(String(repeating: "Fisch 🐟\n", count: 20_000))
    let file = try File.create(path, on: world)
    try file.createGroup("/group")
    try file.setAttribute("text", of: "/group", to: .text("short"))
    try file.setAttribute("text", of: "/group", to: text)
    try file.setAttribute("step", of: "/", to: .integer(-7))
    try file.close()
    for communicator in [world, nil] {
      let again = try File.open(path, on: communicator)
      try expectEqual(try again.attribute("text", of: "/group"), text)
      try expectEqual(try again.attribute("step", of: "/"), .integer(-7))
      try again.close()
    }
  }
}

private func badFilesGiveEveryRankAnError(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let path = "\(folder)/short.h5"
    try write(path, rows: 1000, on: world)
    if world.rank == 0 {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
    }
    try world.barrier()
    let short = try expectThrows(HDF5Error.self) { _ = try File.open(path, on: world) }
    try expectEqual(short.path, path)
    try expect(short.text.contains("truncated file"), short.text)
    let missing = try expectThrows(HDF5Error.self) {
      _ = try File.open("\(folder)/none.h5", on: world)
    }
    try expectEqual(missing.exitCode, 66)
    try expect(missing.text.contains("no such file"), missing.text)
    let refused = try expectThrows(HDF5Error.self) {
      _ = try File.create("\(folder)/none/none.h5", on: world)
    }
    try expectEqual(refused.exitCode, 73)
  }
}
