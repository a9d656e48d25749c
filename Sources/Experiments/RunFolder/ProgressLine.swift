/// How far something has come, as a line.
public protocol ProgressLine {
  /// Describes the progress in one line.
  ///
  /// - Parameter width: Columns at hand.
  /// - Returns: Not more characters than that.
  func line(width: Int) -> String
}

extension ProgressLine {
  /// Describes the progress in one line, however long.
  ///
  /// - Returns: The line.
  public func line() -> String { line(width: .max) }
}

/// How far work beside the training has come, such as `Gabor fits 128/512`.
public struct WorkProgress: ProgressLine, Equatable, Sendable {
  /// What is worked on.
  public let work: String
  /// How much of it is done.
  public let done: Int
  /// How much there is.
  public let total: Int

  /// States how far some work has come.
  ///
  /// - Parameters:
  ///   - work: What is worked on.
  ///   - done: How much of it is done.
  ///   - total: How much there is.
  public init(_ work: String, _ done: Int, of total: Int) {
    self.work = work
    self.done = done
    self.total = total
  }

  /// As `Gabor fits 128/512`, cut off where it does not fit.
  ///
  /// - Parameter width: Columns at hand.
  /// - Returns: The line.
  public func line(width: Int) -> String {
    String("\(work) \(done)/\(total)".prefix(max(0, width)))
  }
}
