/// Paths are taken as they are written: what a shell would put in another's place is refused,
/// quoted or not.
public enum PathText {
  /// What a path must be.
  public static let expected =
    "a path written out, as ~ and $NAME are not expanded (./~ is a folder of that name)"

  /// Whether a path begins with `~` or names a variable.
  ///
  /// - Parameter path: The path.
  /// - Returns: Whether a shell would expand it.
  public static func isUnexpanded(_ path: String) -> Bool {
    path.hasPrefix("~") || path.contains(/\$[A-Za-z_{(]/)
  }

  /// The keys of a configuration whose values are paths.
  static let keys: Set = ["data.path", "data.cache"]
}
