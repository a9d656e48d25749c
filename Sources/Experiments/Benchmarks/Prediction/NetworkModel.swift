/// How long reductions over any number of ranks take, from the exchange of messages between two.
struct NetworkModel {
  /// The cost of messages to the rank at distance 1, 2, 4, … ; the last one is for all that are
  /// farther.
  let distances: [MessageCost]
  /// γ: milliseconds to add one byte.
  let perByteAdded: Double

  /// The time of an all-reduce of one call, as Open MPI's libnbc makes it.
  ///
  /// Rabenseifner's algorithm: a reduce-scatter in which rank r exchanges half of the vector with r ± 1,
  /// a quarter with r ± 2, and so on, then an allgather the same way back. On p = 2ᵏ ranks and one kind of
  /// network it is 2k·α + 2·(p − 1)/p·n·β + (p − 1)/p·n·γ. Where p is no power of two, the ranks
  /// that are too many first share their vectors with a neighbour and get the result at the end. A
  /// vector with fewer elements than the power of two goes round in a ring instead, of 2(p − 1) messages.
  /// Source: Thakur, Rabenseifner & Gropp, IJHPCA 2005; `allred_sched_redscat_allgather` and
  /// `allred_sched_ring` of Open MPI.
  ///
  /// - Parameters:
  ///   - elements: Length of the vector.
  ///   - bytesPerElement: 8 for exact sums, 4 for fast ones.
  ///   - ranks: p.
  /// - Returns: Milliseconds, if all ranks begin together.
  func allReduce(elements: Int, bytesPerElement: Int, ranks: Int) -> Double {
    precondition(ranks > 0 && elements > 0, "\(elements) elements on \(ranks) ranks")
    let rounds = Int.bitWidth - 1 - ranks.leadingZeroBitCount
    let power = 1 << rounds
    let bytes = Double(elements * bytesPerElement)
    if elements < power {
      // A segment is one element or none, and all ranks wait for those that have one.
      let segment = Double(bytesPerElement)
      return Double(ranks - 1) * (2 * message(segment, round: 0) + segment * perByteAdded)
    }
    var time = 0.0
    if ranks > power {
      // Halves are exchanged and added, one goes back, and in the end all of the result.
      time += 2 * message(bytes / 2, round: 0) + bytes / 2 * perByteAdded
      time += message(bytes, round: 0)
    }
    for round in 0..<rounds {
      let part = bytes / Double(2 << round)
      time += 2 * message(part, round: round) + part * perByteAdded
    }
    return time
  }

  private func message(_ bytes: Double, round: Int) -> Double {
    distances[min(round, distances.count - 1)].milliseconds(bytes)
  }
}
