extension String {
  /// The text, or its beginning and end with a sign of what was left out.
  ///
  /// - Parameter length: The most characters.
  /// - Returns: At most so many characters.
  func shortened(to length: Int) -> String {
    guard count > length else { return self }
    let kept = max(0, length - 1)
    return "\(prefix(kept - kept / 3))…\(suffix(kept / 3))"
  }
}
