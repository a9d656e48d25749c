extension Int {
  /// The greatest number of anything that a file is believed to tell.
  ///
  /// Beyond it `Double`, in which JSON's numbers are read, has not all whole numbers; and sums and
  /// differences of what is below cannot overflow.
  static let greatestCount = 1 << 53

  /// A count as files have it.
  ///
  /// - Parameter value: The number; `nil` is made of what is not whole, negative or too great.
  init?(count value: Double) {
    guard (0...Double(Int.greatestCount)).contains(value) else { return nil }
    self.init(exactly: value)
  }

  /// Whether this is a count that a file is believed to tell.
  var isCount: Bool { (0...Int.greatestCount).contains(self) }
}
