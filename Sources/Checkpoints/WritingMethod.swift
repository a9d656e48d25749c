/// How the ranks write a checkpoint, from the fastest to the one that asks least of MPI-IO.
public enum WritingMethod: String, Codable, Sendable, CaseIterable {
  /// All ranks together, by collective writes.
  case collective
  /// All ranks, each its rows by itself.
  case independent
  /// Rank 0 alone, without MPI-IO: every rank holds all numbers anyway.
  case firstRank = "first-rank"

  /// What to try where this one fails.
  var next: WritingMethod? {
    switch self {
    case .collective: .independent
    case .independent: .firstRank
    case .firstRank: nil
    }
  }
}
