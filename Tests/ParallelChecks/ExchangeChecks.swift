import MPI

let exchangeChecks = [
  Check("exchangeSwapsBuffers", exchangeSwapsBuffers),
  Check("exchangeWithoutAWatchdogSwapsBuffers", exchangeWithoutAWatchdogSwapsBuffers),
  Check("combiningIsWhatAReductionDoes", combiningIsWhatAReductionDoes),
]

/// Of 1 element and of more than any protocol sends without asking; with every other rank in turn.
private func swap(_ world: Communicator) throws {
  for length in [1, 1 << 18] {
    for distance in [1, 2] where world.rank ^ distance < world.size {
      let partner = world.rank ^ distance
      var sent = (0..<length).map { Int64($0 + 1_000_000 * world.rank) }
      var received = [Int64](repeating: -1, count: length)
      try sent.withUnsafeMutableBufferPointer { sent in
        try received.withUnsafeMutableBufferPointer { received in
          try world.exchange(sent, into: received, with: partner)
        }
      }
      try expectEqual(received, (0..<length).map { Int64($0 + 1_000_000 * partner) })
      try expectEqual(sent, (0..<length).map { Int64($0 + 1_000_000 * world.rank) })
    }
  }
}

private func exchangeSwapsBuffers(_ world: Communicator) throws {
  try swap(try world.watched(timeout: .seconds(30)))
}

private func exchangeWithoutAWatchdogSwapsBuffers(_ world: Communicator) throws {
  try expect(world.watchdog == nil)
  try swap(world)
}

private func combiningIsWhatAReductionDoes(_ world: Communicator) throws {
  var terms: [Int64] = [1, -2, 3]
  var values: [Int64] = [10, 20, -30]
  try terms.withUnsafeMutableBufferPointer { terms in
    try values.withUnsafeMutableBufferPointer { values in
      try world.combine(terms, into: values, .sum)
      try expectEqual(Array(values), [11, 18, -27])
      try world.combine(terms, into: values, .maximum)
      try expectEqual(Array(values), [11, 18, 3])
    }
  }
  try expectEqual(terms, [1, -2, 3])
}
