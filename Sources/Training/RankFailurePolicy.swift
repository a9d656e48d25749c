/// What becomes of a run that loses a rank.
public enum RankFailurePolicy: String, Codable, Sendable, CaseIterable {
  /// It ends, and goes on from its last checkpoint when it is started again.
  case abort
  /// The other ranks share the lost one's data and go on, from the last copy in memory.
  case `continue`
}
