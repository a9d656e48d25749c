/// What a coordinate of the unit cube means to a search.
enum SearchDimension: Sendable {
  /// Each value differs from its neighbours by little.
  case continuous
  /// So many choices of which none is next to another; u means choice ⌊u·count⌋.
  case categorical(Int)

  /// The number of the choice that a coordinate means.
  ///
  /// - Parameters:
  ///   - u: The coordinate, from 0 to 1.
  ///   - count: The number of choices.
  /// - Returns: From 0 to `count` − 1.
  static func choice(_ u: Double, of count: Int) -> Int { min(Int(u * Double(count)), count - 1) }
}
