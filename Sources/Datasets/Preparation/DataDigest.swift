/// Which data a model was trained on, by digests that do not depend on where they lie.
public struct DataDigest: Equatable, Sendable {
  /// The SHA-256 over all samples and labels; empty where a file of version 0.1 does not say it.
  public let samples: String
  /// The SHA-256 over how they were made: options, digests of the original files, split; empty
  /// where that is not known.
  public let origin: String

  /// Takes digests.
  ///
  /// - Parameters:
  ///   - samples: Of samples and labels.
  ///   - origin: Of how they were made.
  public init(samples: String, origin: String) {
    self.samples = samples
    self.origin = origin
  }

  /// How two data sets compare.
  public enum Comparison: Equatable, Sendable {
    /// The same samples and labels.
    case same
    /// Made in the same way from the same originals, but in other bits, as another processor's
    /// Fourier transforms give them.
    case sameOrigin
    /// Other data.
    case other
    /// One of them is of version 0.1, which did not say.
    case unknown
  }

  /// What tells these data from others, in a message: the digest that both have.
  ///
  /// - Parameter other: The others.
  /// - Returns: Such as "SHA-256 0a1b…".
  public func text(besides other: DataDigest) -> String {
    samples.isEmpty || other.samples.isEmpty
      ? "originals of SHA-256 \(origin)" : "SHA-256 \(samples)"
  }

  /// Compares with other data.
  ///
  /// - Parameter other: Their digests.
  /// - Returns: How they compare.
  public func compared(to other: DataDigest) -> Comparison {
    let samplesAreKnown = !samples.isEmpty && !other.samples.isEmpty
    if samplesAreKnown, samples == other.samples { return .same }
    let originsAreKnown = !origin.isEmpty && !other.origin.isEmpty
    if originsAreKnown, origin == other.origin { return samplesAreKnown ? .sameOrigin : .same }
    return samplesAreKnown || originsAreKnown ? .other : .unknown
  }
}
