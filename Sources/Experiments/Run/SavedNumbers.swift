import Checkpoints

/// The single numbers that a checkpoint holds beside its vectors, known to be such as a run can
/// have.
///
/// A file whose checksums hold may still have been written by another program.
struct SavedNumbers: Equatable {
  /// The most arrivals that were drawn.
  var eventLimit: Int
  /// The sum of the largest rates of the epoch so far.
  var largestRateSum: Double
  /// The best validation so far.
  var bestObjective: Double
  /// Time spent on training, over all parts of the run.
  var seconds: Double

  /// Reads them.
  ///
  /// - Parameters:
  ///   - values: In the order of the properties; more may follow.
  ///   - path: The file.
  /// - Throws: `CheckpointError.damaged` that names the number.
  init(_ values: some Collection<Double>, path: String) throws(CheckpointError) {
    let values = Array(values.prefix(4))
    guard values.count == 4 else {
      throw .damaged(path: path, reason: "has \(values.count) statistics, expected 4")
    }
    eventLimit = try SavedNumbers.eventLimit(values[0], path: path)
    largestRateSum = try SavedNumbers.checked(values[1], "largest_rate_sum", 0...1e30, path)
    bestObjective = values[2]
    seconds = try SavedNumbers.checked(values[3], "seconds", 0...1e12, path)
  }

  /// The most arrivals that were drawn, as a whole number.
  static func eventLimit(_ value: Double, path: String) throws(CheckpointError) -> Int {
    Int(try checked(value, "event_limit", 0...Double(Int32.max), path))
  }

  private static func checked(
    _ value: Double, _ name: String, _ range: ClosedRange<Double>, _ path: String
  ) throws(CheckpointError) -> Double {
    guard range.contains(value) else {
      throw .damaged(
        path: path,
        reason: "/statistics/\(name) is \(value), expected \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return value
  }
}
