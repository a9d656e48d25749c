/// Why a model cannot be made.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// A network for images of other sizes.
  case imageSize(key: String, kind: NetworkKind, height: Int, width: Int, known: [Int])

  /// One line that says what was found and expected.
  public var description: String {
    switch self {
    case .imageSize(let key, let kind, let height, let width, let known):
      "\(key) is \(kind.rawValue), which is for images of "
        + known.map { "\($0) x \($0)" }.joined(separator: " or ")
        + " pixels; these have \(height) x \(width)"
    }
  }
}
