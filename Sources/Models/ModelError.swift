/// Why a model cannot be made.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// A network for images of other sizes.
  case imageSize(key: String, kind: NetworkKind, height: Int, width: Int, known: [Int])
  /// A convolutional network, where the library makes no convolutions.
  case noConvolutions(key: String, kind: NetworkKind, reason: String)

  /// One line that says what was found and expected.
  public var description: String {
    switch self {
    case .imageSize(let key, let kind, let height, let width, let known):
      "\(key) is \(kind.rawValue), which is for images of "
        + known.map { "\($0) x \($0)" }.joined(separator: " or ")
        + " pixels; these have \(height) x \(width)"
    case .noConvolutions(let key, let kind, let reason):
      "\(key) is \(kind.rawValue), but \(reason): install a build of oneDNN for CPUs, such as libdnnl-dev"
    }
  }
}
