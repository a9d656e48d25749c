import Datasets
import Foundation
import MPI

let datasetsChecks = [
  Check("preparedDeadLeavesDoNotDependOnRanks", preparedDeadLeavesDoNotDependOnRanks),
  Check("preparedLabelledSetDoesNotDependOnRanks", preparedLabelledSetDoesNotDependOnRanks),
  Check("preparedCropsDoNotDependOnRanks", preparedCropsDoNotDependOnRanks),
  Check("preparedFileIsReusedByAllRanks", preparedFileIsReusedByAllRanks),
  Check("damagedPreparedFileFailsOnEveryRank", damagedPreparedFileFailsOnEveryRank),
  Check("replacedOriginalsAreNoticedByAllRanks", replacedOriginalsAreNoticedByAllRanks),
  Check("oneBadImageFailsOnEveryRank", oneBadImageFailsOnEveryRank),
  Check("unwritableFolderFailsOnEveryRank", unwritableFolderFailsOnEveryRank),
]

/// 61 small dead-leaves images, of which 48 are for training: energies are sums of so many terms
/// that another order of adding shows.
private func configuration(_ name: DatasetName, path: String? = nil) -> DataConfiguration {
  DataConfiguration(
    name: name, path: path, split: .shuffled, cache: nil, whitening: .published, limitImages: nil,
    deadLeaves: DeadLeavesConfiguration(
      images: 61, width: 48, height: 24, smallestRadius: 3, largestRadius: 30))
}

/// All that a prepared file holds, as bits.
private struct Contents: Equatable {
  var training: [UInt32] = []
  var validation: [UInt32] = []
  var labels: [UInt8] = []
  var energies: [UInt64] = []
  var provenance = ""
  var digest = DataDigest(samples: "", origin: "")
}

/// Reads this rank's share of the rows, and gives every rank all of them.
private func bits(
  _ count: Int, _ pixels: Int, _ world: Communicator?,
  _ read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
) throws -> [UInt32] {
  let (rank, size) = (world?.rank ?? 0, world?.size ?? 1)
  let rows = count * rank / size..<count * (rank + 1) / size
  var values = [Float](repeating: 0, count: rows.count * pixels)
  try values.withUnsafeMutableBufferPointer { try read(rows, $0) }
  var all = [UInt32](repeating: 0, count: count * pixels)
  for (place, value) in values.enumerated() {
    all[rows.lowerBound * pixels + place] = value.bitPattern
  }
  try all.withUnsafeMutableBufferPointer { try world?.allReduce($0, .bitwiseOr) }
  return all
}

private func contents(_ path: String, on world: Communicator?) throws -> Contents {
  let data = try PreparedDataset(path, on: world)
  var contents = Contents()
  contents.training = try bits(data.trainingCount, data.pixels, world) {
    try data.readTraining(rows: $0, into: $1)
  }
  contents.validation = try bits(data.validationCount, data.pixels, world) {
    try data.readValidation(rows: $0, into: $1)
  }
  if data.isLabelled {
    contents.labels = [UInt8](repeating: 99, count: data.trainingCount + data.validationCount)
    try contents.labels.withUnsafeMutableBufferPointer { labels in
      let (training, validation) = (labels[..<data.trainingCount], labels[data.trainingCount...])
      try data.readTrainingLabels(
        rows: 0..<training.count, into: UnsafeMutableBufferPointer(rebasing: training))
      try data.readValidationLabels(
        rows: 0..<validation.count, into: UnsafeMutableBufferPointer(rebasing: validation))
    }
  }
  contents.energies = [data.trainingEnergy.bitPattern, data.validationEnergy.bitPattern]
  contents.provenance = data.provenance
  contents.digest = data.digest
  try data.close()
  return contents
}

/// Prepares with all ranks together and on each rank alone, and compares the files.
private func expectSameFiles(
  _ configuration: DataConfiguration, _ folder: String, _ world: Communicator
) throws {
  let together = "\(folder)/together.h5"
  let alone = "\(folder)/alone-\(world.rank).h5"
  for (path, communicator) in [(together, world), (alone, nil)] {
    let outcome = try PreparedDataset.prepare(
      configuration, searchFolders: [], output: path, on: communicator)
    try expectEqual(outcome, .prepared)
  }
  let expected = try contents(alone, on: nil)
  try expect(expected.training.contains { $0 != 0 } && expected.validation.contains { $0 != 0 })
  try expect(try contents(together, on: world) == expected, "read by all ranks")
  try expect(try contents(together, on: nil) == expected, "read by one")
}

private func preparedDeadLeavesDoNotDependOnRanks(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    try expectSameFiles(configuration(.deadLeaves), folder, world)
  }
}

private func preparedLabelledSetDoesNotDependOnRanks(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    // Three blocks of training images, the last one short, and one of validation images.
    if world.rank == 0 {
      for (name, count) in [("train", 1234), ("t10k", 77)] {
        try writeIDX("\(folder)/\(name)-images-idx3-ubyte", magic: 0x803, [count, 3, 5])
        try writeIDX("\(folder)/\(name)-labels-idx1-ubyte", magic: 0x801, [count])
      }
    }
    try world.barrier()
    try expectSameFiles(configuration(.mnist, path: folder), folder, world)
  }
}

private func preparedCropsDoNotDependOnRanks(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    // Four blocks of training images, two of them short, and one of validation images.
    if world.rank == 0 {
      for (name, count) in [("data_batch_1", 617), ("data_batch_3", 533), ("test_batch", 31)] {
        var bytes: [UInt8] = []
        for record in 0..<count {
          bytes.append(UInt8(record % 10))
          for place in 0..<3072 {
            bytes.append(UInt8(truncatingIfNeeded: place * place / 31 + place * record))
          }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).bin"))
      }
    }
    try world.barrier()
    try expectSameFiles(configuration(.cifar16, path: folder), folder, world)
  }
}

private func writeIDX(_ path: String, magic: Int, _ shape: [Int], _ seed: Int = 0) throws {
  var bytes = ([magic] + shape).flatMap { word in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  }
  bytes += (0..<shape.reduce(1, *)).map { UInt8(truncatingIfNeeded: $0 * (31 + seed) % 251) }
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}

private func preparedFileIsReusedByAllRanks(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let path = "\(folder)/cache/leaves.h5"
    var leaves = configuration(.deadLeaves)
    for expected in [PreparedDataset.Outcome.prepared, .reused] {
      let outcome = try PreparedDataset.prepare(leaves, searchFolders: [], output: path, on: world)
      try expectEqual(outcome, expected)
    }
    leaves.limitImages = 4
    let outcome = try PreparedDataset.prepare(leaves, searchFolders: [], output: path, on: world)
    try expectEqual(outcome, .prepared)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
    try expectEqual(files.sorted(), ["leaves.h5", "leaves.h5.verified"])
  }
}

private func damagedPreparedFileFailsOnEveryRank(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let path = "\(folder)/leaves.h5"
    let leaves = configuration(.deadLeaves)
    try PreparedDataset.prepare(leaves, searchFolders: [], output: path, on: world)
    if world.rank == 0 {
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
    }
    try world.barrier()
    let error = try expectThrows(DatasetError.self) {
      try PreparedDataset.prepare(leaves, searchFolders: [], output: path, on: world)
    }
    try expectEqual(error.exitCode, 65)
    try expect("\(error)".hasPrefix("\(path): damaged or incomplete"), "\(error)")
  }
}

private func replacedOriginalsAreNoticedByAllRanks(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let path = "\(folder)/cache/digits.h5"
    var digests: [DataDigest] = []
    for seed in [0, 1, 1] {
      if world.rank == 0 {
        for name in ["train", "t10k"] {
          try writeIDX("\(folder)/\(name)-images-idx3-ubyte", magic: 0x803, [40, 3, 5], seed)
          try writeIDX("\(folder)/\(name)-labels-idx1-ubyte", magic: 0x801, [40])
        }
      }
      try world.barrier()
      let outcome = try PreparedDataset.prepare(
        configuration(.mnist, path: folder), searchFolders: [], output: path, on: world)
      try expectEqual(outcome, digests.count == 2 ? .reused : .prepared)
      digests.append(try PreparedDataset(path, on: nil).digest)
      try world.barrier()
    }
    try expectEqual(digests[0].compared(to: digests[1]), .other)
    try expectEqual(digests[1], digests[2])
  }
}

private func oneBadImageFailsOnEveryRank(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    let bad = "\(folder)/images/imk00003.iml"
    if world.rank == 0 {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/images", withIntermediateDirectories: true)
      for number in 1...4 {
        let path = "\(folder)/images/imk0000\(number).iml"
        let bytes = 2 * 1024 * 1536 - (path == bad ? 2 : 0)
        try Data(repeating: UInt8(number), count: bytes).write(to: URL(fileURLWithPath: path))
      }
    }
    try world.barrier()
    let error = try expectThrows(DatasetError.self) {
      try PreparedDataset.prepare(
        configuration(.vanHateren, path: "\(folder)/images"), searchFolders: [],
        output: "\(folder)/cache/images.h5", on: world)
    }
    try expectEqual(error.exitCode, 65)
    try expectEqual(
      "\(error)", "\(bad): ends after 3145726 bytes, expected 3145728 (uncompressed)")
    try world.barrier()
    try expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache").isEmpty)
  }
}

private func unwritableFolderFailsOnEveryRank(_ world: Communicator) throws {
  try withSharedFolder(world) { folder in
    if world.rank == 0 { try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/file")) }
    try world.barrier()
    let error = try expectThrows(DatasetError.self) {
      try PreparedDataset.prepare(
        configuration(.deadLeaves), searchFolders: [], output: "\(folder)/file/leaves.h5",
        on: world)
    }
    try expectEqual(error.exitCode, 73)
    try expectEqual("\(error)", "\(folder)/file: cannot be written: a file has this name")
  }
}
