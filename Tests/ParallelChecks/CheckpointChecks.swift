import Checkpoints
import Foundation
import MPI

let checkpointChecks = [
  Check("everyMethodWritesTheSameNumbers") { world in
    for method in WritingMethod.allCases {
      try withSharedFolder(world) { path in
        var folder = CheckpointFolder(path: path, keep: 2)
        folder.method = method
        let run = SampleRun(start: 3)
        try run.write(to: folder, step: 1, on: world)
        let copy = SampleRun(start: -1)
        let resumed = try folder.newestValid(into: copy.vectors, layout: copy.layout, on: world)
        try expectEqual(resumed.passedOver, [])
        try expectEqual(copy.numbers, run.numbers)
      }
    }
  },
  Check("aMethodThatFailsIsLeftForTheNext") { world in
    try withSharedFolder(world) { path in
      var folder = CheckpointFolder(path: path, keep: 2)
      let run = SampleRun(start: 3)
      for method in [WritingMethod.collective, .independent] {
        folder.fault = InjectedFault(stage: .data, rank: world.size - 1, method: method)
        var told: [String] = []
        _ = try folder.writeByAnyMethod(
          run.vectors, layout: run.layout, state: run.state(step: 1), isBest: false, on: world
        ) { told.append($0) }
        try expectEqual(folder.method, method == .collective ? .independent : .firstRank)
        try expectEqual(told.count, 1)
        try expect(told[0].hasPrefix("\(method.rawValue) writes failed"), told[0])
      }
      let resumed = try folder.newestValid(into: run.vectors, layout: run.layout, on: world)
      try expectEqual(resumed.passedOver, [])
      folder.fault = InjectedFault(stage: .data, rank: 0)
      let error = try expectThrows(CheckpointError.self) {
        _ = try folder.writeByAnyMethod(
          run.vectors, layout: run.layout, state: run.state(step: 2), isBest: false, on: world
        ) { _ in }
      }
      try expectEqual(error.exitCode, 73)
    }
  },
  Check("aMethodThatHungIsAvoidedByTheNextRun") { world in
    try withSharedFolder(world) { path in
      var folder = CheckpointFolder(path: path, keep: 2)
      try expectEqual(try folder.avoidHungMethod(on: world), nil)
      if world.rank == 0 {
        try "collective\n".write(toFile: "\(path)/hung-method", atomically: true, encoding: .utf8)
      }
      try expectEqual(try folder.avoidHungMethod(on: world), .collective)
      try expectEqual(folder.method, .twoPhase)
      if world.rank == 0 {
        try "two-phase\n".write(toFile: "\(path)/hung-method", atomically: true, encoding: .utf8)
      }
      _ = try folder.avoidHungMethod(on: world)
      try expectEqual(folder.method, .independent)
    }
  },
  Check("checkpointOfSomeRanksIsReadByOthers", checkpointOfSomeRanksIsReadByOthers),
  Check("checkpointDoesNotTellHowManyWroteIt", checkpointDoesNotTellHowManyWroteIt),
  Check("failureOfOneRankIsThrownByAll", failureOfOneRankIsThrownByAll),
  Check("divergedRanksAreFoundOut", divergedRanksAreFoundOut),
  Check("damagedCheckpointIsPassedOverByAll", damagedCheckpointIsPassedOverByAll),
  Check("otherModelIsThrownByAll", otherModelIsThrownByAll),
  Check("leftoversAreRemovedForAll", leftoversAreRemovedForAll),
  Check("fullDiskLeavesOlderCheckpoints", fullDiskLeavesOlderCheckpoints),
]

/// Runs `body` on the first `count` ranks, with a communicator of theirs.
private func onFirst(
  _ count: Int, of world: Communicator, _ body: (Communicator) throws -> Void
) throws {
  let part = try world.split(color: world.rank < count ? 0 : 1, key: world.rank)
  if world.rank < count { try body(part) }
  try part.close()
  try world.barrier()
}

private func checkpointOfSomeRanksIsReadByOthers(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let folder = CheckpointFolder(path: path, keep: 100)
    for writers in 1...world.size {
      let run = SampleRun(start: Float(writers))
      try onFirst(writers, of: world) { try run.write(to: folder, step: writers, on: $0) }
      for readers in 1...world.size {
        try onFirst(readers, of: world) { part in
          let copy = SampleRun(start: -5)
          let resumed = try folder.newestValid(
            into: copy.vectors, layout: copy.layout, on: part)
          try expectEqual(resumed.state, run.state(step: writers))
          try expectEqual(copy.numbers, run.numbers)
        }
      }
    }
  }
}

private func checkpointDoesNotTellHowManyWroteIt(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let run = SampleRun(start: 1)
    let expected = Checkpoint.parametersDigest(
      run.layout, UnsafeBufferPointer(run.vectors.parameters))
    let alone = CheckpointFolder(path: "\(path)/alone", keep: 1)
    let all = CheckpointFolder(path: "\(path)/all", keep: 1)
    try onFirst(1, of: world) { try run.write(to: alone, step: 1, on: $0) }
    try run.write(to: all, step: 1, on: world)
    let contents = try [alone, all].map {
      try CheckpointContents(of: "\($0.path)/step-00000001.h5")
    }
    try expectEqual(contents[0].entries, contents[1].entries)
    for contents in contents {
      try expect(contents.isIntact)
      try expectEqual(contents.parametersDigest, expected)
    }
  }
}

private func failureOfOneRankIsThrownByAll(_ world: Communicator) throws {
  let stages: [WritingStage] = [.prepare, .create, .data, .close, .rename]
  try withSharedFolder(world) { path in
    let run = SampleRun(start: 1)
    var folder = CheckpointFolder(path: path, keep: 1)
    try run.write(to: folder, step: 1, isBest: true, on: world)
    for stage in stages {
      // Rank 0 alone looks for room and renames.
      for rank in stage == .prepare || stage == .rename ? 0..<1 : 0..<world.size {
        folder.fault = InjectedFault(stage: stage, rank: rank)
        let error = try expectThrows(CheckpointError.self) {
          try run.write(to: folder, step: 2, isBest: true, on: world)
        }
        let texts = try world.allGather("\(error)")
        try expectEqual(texts, texts.map { _ in texts[0] })
        try expect(texts[0].contains("ordered by a test"), texts[0])
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        try expectEqual(names.sorted(), ["best", "step-00000001.h5"])
        try world.barrier()
      }
    }
    folder.fault = nil
    try run.write(to: folder, step: 2, on: world)
    try expectEqual(try folder.checkpoints().count, 2)
  }
}

private func divergedRanksAreFoundOut(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let run = SampleRun(start: 1)
    // The last row of the first parameter is the last rank's share, its digest rank 0's.
    if world.rank == world.size - 1 { run.vectors.parameters[50 * 33 - 1] += 1 }
    let file = try run.write(to: CheckpointFolder(path: path, keep: 1), step: 1, on: world)
    try expectEqual(try CheckpointContents(of: file).isIntact, world.size == 1)
  }
}

private func damagedCheckpointIsPassedOverByAll(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let folder = CheckpointFolder(path: path, keep: 9)
    let old = SampleRun(start: 1)
    try old.write(to: folder, step: 1, on: world)
    let newest = try SampleRun(start: 2).write(to: folder, step: 2, on: world)
    if world.rank == 0 {
      let data = try Data(contentsOf: URL(fileURLWithPath: newest))
      try data.dropLast(10).write(to: URL(fileURLWithPath: newest))
    }
    let copy = SampleRun(start: 3)
    let resumed = try folder.newestValid(into: copy.vectors, layout: copy.layout, on: world)
    try expectEqual(resumed.path, "\(path)/step-00000001.h5")
    try expectEqual(resumed.passedOver.map(\.path), [newest])
    try expectEqual(copy.numbers, old.numbers)
  }
}

private func otherModelIsThrownByAll(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let run = SampleRun(start: 1)
    let file = try run.write(to: CheckpointFolder(path: path, keep: 9), step: 1, on: world)
    let bare = CheckpointVectors(parameters: run.vectors.parameters)
    let error = try expectThrows(CheckpointError.self) {
      _ = try Checkpoint.read(file, into: bare, layout: run.layout, on: world)
    }
    try expectEqual(
      error, .unexpectedDataset(path: file, dataset: "/optimizer/momentum/encoder/weight"))
  }
}

private func leftoversAreRemovedForAll(_ world: Communicator) throws {
  try withSharedFolder(world) { path in
    let folder = CheckpointFolder(path: path, keep: 9)
    if world.rank == 0 {
      try Data().write(to: URL(fileURLWithPath: "\(path)/step-00000001.h5.partial"))
    }
    try folder.removeLeftovers(on: world)
    try expectEqual(try FileManager.default.contentsOfDirectory(atPath: path), [])
  }
}
