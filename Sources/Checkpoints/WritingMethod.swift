/// How the ranks write a checkpoint, from the fastest to the one that asks least of MPI-IO.
public enum WritingMethod: String, Codable, Sendable, CaseIterable {
  /// All ranks together, by collective writes.
  case collective
  /// The same, by the oldest of Open MPI's algorithms: only where the process has opened no file with
  /// MPI-IO before, so for a run that hung and was started again.
  case twoPhase = "two-phase"
  /// All ranks, each its rows by itself.
  case independent
  /// Rank 0 alone, without MPI-IO: every rank holds all numbers anyway.
  case firstRank = "first-rank"

  /// Whether all ranks write in one transfer.
  var isCollective: Bool { self == .collective || self == .twoPhase }

  /// What to try, in the same process, where this one fails.
  var next: WritingMethod? {
    switch self {
    case .collective, .twoPhase: .independent
    case .independent: .firstRank
    case .firstRank: nil
    }
  }

  /// What to try, in the next process, where this one hung.
  var nextAfterHang: WritingMethod? { self == .collective ? .twoPhase : next }
}
