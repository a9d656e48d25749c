/// What a residual cell does to the resolution of its map.
public enum Resampling: Sendable {
  /// Keeps it.
  case none
  /// Halves it (rounding up) with stride 2; the skip path is one convolution of that stride.
  case down
  /// Halves it; the skip path makes a quarter of its channels from each of the four phases of the
  /// map, so that no position is lost (the published code's "factorised" reduction).
  case downByPhases
  /// Doubles it by repeating each position.
  case up
}
