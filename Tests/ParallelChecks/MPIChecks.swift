import MPI

let mpiChecks = [
  Check("allReduceGivesEveryRankTheReductionOfEachType", allReduceGivesEveryRankTheReduction),
  Check("allReduceOfOneValue", allReduceOfOneValue),
  Check("longBuffersGoInParts", longBuffersGoInParts),
  Check("startedReductionsCompleteInAnyOrder", startedReductionsCompleteInAnyOrder),
  Check("droppedRequestIsWaitedFor", droppedRequestIsWaitedFor),
  Check("broadcastSendsEachRanksBuffer", broadcastSendsEachRanksBuffer),
  Check("textsReachEveryRank", textsReachEveryRank),
  Check("splitGroupsRanksInOrderOfKey", splitGroupsRanksInOrderOfKey),
  Check("ranksOfOneNodeAreTogether", ranksOfOneNodeAreTogether),
  Check("memoryIsSharedByRanksOfOneMachine", memoryIsSharedByRanksOfOneMachine),
  Check("noRankHasMemoryThatOneCannotHave", noRankHasMemoryThatOneCannotHave),
  Check("duplicateKeepsMessagesApart", duplicateKeepsMessagesApart),
]

/// The sum 1 + 2 + … + size of the ranks' own numbers.
private func total(_ world: Communicator) -> Int { world.size * (world.size + 1) / 2 }

private func allReduceGivesEveryRankTheReduction(_ world: Communicator) throws {
  func check<S: MPIScalar & Numeric>(_ own: S, sum: S, largest: S) throws {
    let cases: [(Reduction, S)] = [(.sum, sum), (.maximum, largest), (.minimum, 1)]
    for (operation, expected) in cases {
      var values = [S](repeating: own, count: 5)
      try values.withUnsafeMutableBufferPointer { try world.allReduce($0, operation) }
      try expectEqual(values, [S](repeating: expected, count: 5))
    }
  }
  let (own, sum, size) = (world.rank + 1, total(world), world.size)
  try check(Float(own), sum: Float(sum), largest: Float(size))
  try check(Double(own), sum: Double(sum), largest: Double(size))
  try check(Int32(own), sum: Int32(sum), largest: Int32(size))
  try check(Int64(own), sum: Int64(sum), largest: Int64(size))
  try check(UInt8(own), sum: UInt8(sum), largest: UInt8(size))
  try check(UInt32(own), sum: UInt32(sum), largest: UInt32(size))
  try check(UInt64(own), sum: UInt64(sum), largest: UInt64(size))
  var bits = [UInt64(1) << UInt64(world.rank)]
  try bits.withUnsafeMutableBufferPointer { try world.allReduce($0, .bitwiseOr) }
  try expectEqual(bits, [(1 << UInt64(size)) - 1])
}

private func allReduceOfOneValue(_ world: Communicator) throws {
  try expectEqual(try world.allReduce(Double(world.rank) + 0.5, .maximum), Double(world.size) - 0.5)
  try expectEqual(try world.allReduce(Int64(world.rank + 1), .sum), Int64(total(world)))
  try expectEqual(
    try world.allReduce(UInt8(1) << UInt8(world.rank), .bitwiseOr),
    UInt8((1 << world.size) - 1))
}

private func longBuffersGoInParts(_ world: Communicator) throws {
  var world = world
  for (partLength, parts) in [(1, 10), (3, 4), (5, 2), (10, 1), (11, 1)] {
    world.partLength = partLength
    let expected = (0..<10).map { Int64($0 * world.size + total(world)) }
    var values = (0..<10).map { Int64($0 + world.rank + 1) }
    try values.withUnsafeMutableBufferPointer { try world.allReduce($0, .sum) }
    try expectEqual(values, expected)
    values = (0..<10).map { Int64($0 + world.rank + 1) }
    try values.withUnsafeMutableBufferPointer { values in
      let request = try world.startAllReduce(values, .sum)
      try expectEqual(request.partCount, parts)
      try request.wait()
    }
    try expectEqual(values, expected)
    values = (0..<10).map { Int64($0 * 100 + world.rank) }
    try values.withUnsafeMutableBufferPointer {
      try world.broadcast($0, from: world.size - 1)
    }
    try expectEqual(values, (0..<10).map { Int64($0 * 100 + world.size - 1) })
  }
}

private func startedReductionsCompleteInAnyOrder(_ world: Communicator) throws {
  var first = [Float](repeating: Float(world.rank + 1), count: 100_000)
  var second = [Int64](repeating: Int64(world.rank), count: 3)
  try first.withUnsafeMutableBufferPointer { first in
    try second.withUnsafeMutableBufferPointer { second in
      var one = try world.startAllReduce(first, .sum)
      let two = try world.startAllReduce(second, .maximum)
      try two.wait()
      while try !one.test() {}
      try expect(try one.test(), "a complete request stays complete")
      try one.wait()
    }
  }
  try expect(first.allSatisfy { $0 == Float(total(world)) })
  try expectEqual(second, [Int64](repeating: Int64(world.size - 1), count: 3))
}

private func droppedRequestIsWaitedFor(_ world: Communicator) throws {
  var values = [Double](repeating: 1, count: 50_000)
  try values.withUnsafeMutableBufferPointer { _ = try world.startAllReduce($0, .sum) }
  try expect(values.allSatisfy { $0 == Double(world.size) })
}

private func broadcastSendsEachRanksBuffer(_ world: Communicator) throws {
  for root in 0..<world.size {
    var values = (0..<9).map { Float($0 + 10 * world.rank) }
    try values.withUnsafeMutableBufferPointer { try world.broadcast($0, from: root) }
    try expectEqual(values, (0..<9).map { Float($0 + 10 * root) })
  }
  try world.broadcast(UnsafeMutableBufferPointer<Float>(start: nil, count: 0), from: 0)
}

private func textsReachEveryRank(_ world: Communicator) throws {
  for root in 0..<world.size {
    let text = String(repeating: "Fisch 🐟 ", count: world.rank)
    let expected = String(repeating: "Fisch 🐟 ", count: root)
    try expectEqual(try world.broadcast(text, from: root), expected)
  }
  let own = String(repeating: "ä", count: world.rank * 1000)
  let texts = (0..<world.size).map { String(repeating: "ä", count: $0 * 1000) }
  try expectEqual(try world.allGather(own), texts)
  try expectEqual(try world.allGather(""), texts.map { _ in "" })
}

private func splitGroupsRanksInOrderOfKey(_ world: Communicator) throws {
  let part = try world.split(color: world.rank % 2, key: -world.rank)
  let members = (0..<world.size).filter { $0 % 2 == world.rank % 2 }
  try expectEqual(part.size, members.count)
  try expectEqual(members.reversed()[part.rank], world.rank)
  try expectEqual(try part.allReduce(Int64(world.rank), .sum), Int64(members.reduce(0, +)))
  try part.close()
}

private func ranksOfOneNodeAreTogether(_ world: Communicator) throws {
  let node = try world.splitByNode()
  let names = try world.allGather(try Communicator.processorName())
  try expectEqual(node.size, names.filter { $0 == names[world.rank] }.count)
  try expect(try Communicator.libraryVersion().contains("MPI"))
  try node.close()
}

private func memoryIsSharedByRanksOfOneMachine(_ world: Communicator) throws {
  // Of unequal length, and none for rank 1.
  let byteCounts = (0..<world.size).map { $0 == 1 ? 0 : 10_000 + $0 }
  let shared = try SharedMemory.shared(byteCounts: byteCounts, on: world)
  guard let memory = shared else { throw CheckFailure(description: "no memory is shared") }
  for (rank, count) in byteCounts.enumerated() {
    let part = memory.part(of: rank)
    try expect(part.count >= count && part.allSatisfy { $0 == 0 }, "part of rank \(rank)")
  }
  try world.barrier()
  let own = memory.part(of: world.rank)
  for i in own.indices { own[i] = UInt8(truncatingIfNeeded: i + world.rank) }
  try world.barrier()
  for rank in byteCounts.indices {
    let part = memory.part(of: rank)
    try expect(part.indices.allSatisfy { part[$0] == UInt8(truncatingIfNeeded: $0 + rank) })
  }
}

private func noRankHasMemoryThatOneCannotHave(_ world: Communicator) throws {
  var byteCounts = [Int](repeating: 4096, count: world.size)
  byteCounts[world.size - 1] = 1 << 50
  try expect(try SharedMemory.shared(byteCounts: byteCounts, on: world) == nil)
}

private func duplicateKeepsMessagesApart(_ world: Communicator) throws {
  let copy = try world.duplicate()
  try expectEqual(copy.rank, world.rank)
  var (here, there) = ([Int32(1)], [Int32(2)])
  try here.withUnsafeMutableBufferPointer { here in
    try there.withUnsafeMutableBufferPointer { there in
      // Ranks start the two in different orders, which is an error on one communicator.
      if world.rank % 2 == 0 {
        let one = try world.startAllReduce(here, .sum)
        let two = try copy.startAllReduce(there, .sum)
        try one.wait()
        try two.wait()
      } else {
        let two = try copy.startAllReduce(there, .sum)
        let one = try world.startAllReduce(here, .sum)
        try one.wait()
        try two.wait()
      }
    }
  }
  try expectEqual(here + there, [Int32(world.size), Int32(2 * world.size)])
  try copy.close()
}
