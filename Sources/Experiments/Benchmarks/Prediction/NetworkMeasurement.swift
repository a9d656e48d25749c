import Foundation
import MPI
import Tensors

/// Measures the exchange of messages between two ranks, and the addition of vectors.
enum NetworkMeasurement {
  /// 8 bytes to 4 MB.
  private static let lengths = (0..<10).map { 1 << (2 * $0) } + [1 << 19]
  private static let repetitions = 40

  /// Measures the network of all ranks; all pairs of one distance exchange at the same time, as
  /// they do in a reduction.
  ///
  /// - Parameter world: The ranks; all must call this.
  /// - Returns: The same on every rank; `nil` where there is only one.
  /// - Throws: `MPIError`.
  static func networks(on world: Communicator) throws -> StepPrediction.Networks? {
    guard world.size > 1 else { return nil }
    let additions = try additions(on: world)
    let distances = try (0..<Int.bitWidth).map { 1 << $0 }.prefix { $0 < world.size }
      .map { try exchanges(distance: $0, on: world) }
    func network(_ share: Double) -> NetworkModel {
      NetworkModel(
        distances: distances.map { times in
          MessageCost(
            through: zip(lengths, times).map { length, times in
              MessageCost.Point(
                bytes: Double(8 * length), milliseconds: percentile(times, share))
            })
        }, perByteAdded: percentile(additions, share))
    }
    return StepPrediction.Networks(low: network(0.1), typical: network(0.5), high: network(0.9))
  }

  /// Describes a network that is not there.
  ///
  /// - Parameters:
  ///   - alpha: Microseconds of a message.
  ///   - beta: GB/s in each direction.
  ///   - world: The ranks, on whose machine additions are measured.
  /// - Returns: The same on every rank.
  /// - Throws: `MPIError`.
  static func network(
    alpha: Double, beta: Double, on world: Communicator
  ) throws -> StepPrediction.Networks {
    let additions = try additions(on: world)
    func network(_ share: Double) -> NetworkModel {
      NetworkModel(
        distances: [MessageCost(latency: alpha / 1000, perByte: 1e-6 / beta)],
        perByteAdded: percentile(additions, share))
    }
    return StepPrediction.Networks(low: network(0.1), typical: network(0.5), high: network(0.9))
  }

  /// Milliseconds of an exchange with the rank at a distance: for each length, those of all ranks in
  /// ascending order.
  private static func exchanges(distance: Int, on world: Communicator) throws -> [[Double]] {
    let partner = world.rank ^ distance
    let longest = lengths[lengths.count - 1]
    let sent = AlignedBuffer<Int64>(count: longest, repeating: 1)
    let received = AlignedBuffer<Int64>(count: longest, repeating: 0)
    return try lengths.map { length in
      var own: [Double] = []
      if partner < world.size {
        // Short messages are measured several at once: reading the clock takes a tenth as long.
        let burst = length > 4096 ? 1 : 10
        own = try BenchmarkModel.milliseconds(calls: repetitions, warmUp: 3) {
          for _ in 0..<burst {
            try world.exchange(
              sent.view(0..<length), into: received.view(0..<length), with: partner)
          }
        }.map { $0 / Double(burst) }
      }
      try awaitQuietly(world)
      return try gather(own, on: world)
    }
  }

  /// Milliseconds to add a byte, those of all ranks in ascending order.
  private static func additions(on world: Communicator) throws -> [Double] {
    // Half of a bucket, the most that is added at once.
    let count = 1 << 15
    let terms = AlignedBuffer<Int64>(count: count, repeating: 1)
    let sums = AlignedBuffer<Int64>(count: count, repeating: 0)
    let own = try BenchmarkModel.milliseconds(calls: 5 * repetitions, warmUp: 10) {
      try world.combine(terms.elements, into: sums.elements, .sum)
    }
    return try gather(own.map { $0 / Double(8 * count) }, on: world)
  }
}

/// The value that a share of some values in ascending order is below.
func percentile(_ sorted: [Double], _ share: Double) -> Double {
  sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
}

/// Puts the values of all ranks together, in ascending order; collective.
func gather(_ values: [Double], on world: Communicator) throws(MPIError) -> [Double] {
  let texts = try world.allGather(values.map { "\($0)" }.joined(separator: " "))
  return texts.flatMap { $0.split(separator: " ").compactMap { Double($0) } }.sorted()
}
