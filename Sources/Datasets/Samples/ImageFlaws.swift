/// What is wrong with original images, for warnings: how many are so, and the first of them.
struct ImageFlaws: Codable {
  /// How many images have a flaw.
  struct Tally: Codable {
    fileprivate(set) var count = 0
    fileprivate(set) var first = ""

    fileprivate mutating func add(_ other: Tally) {
      if count == 0 { first = other.first }
      count += other.count
    }
  }

  /// How many images were looked at.
  private(set) var images = 0
  /// Images of which all pixels have one value.
  private(set) var withoutContrast = Tally()
  /// Images with values that their camera cannot give.
  private(set) var beyondCamera = Tally()

  /// Looks at an image.
  ///
  /// - Parameters:
  ///   - image: Its pixels as they are in the file.
  ///   - limit: The largest value that its camera can give, if it is known.
  ///   - name: Says which image it is.
  mutating func look(
    at image: UnsafeMutableBufferPointer<Float>, limit: Float = .infinity,
    name: @autoclosure () -> String
  ) {
    images += 1
    guard let first = image.first else { return }
    if image.allSatisfy({ $0 == first }) {
      withoutContrast.add(Tally(count: 1, first: "\(name()), all pixels \(number(first))"))
    }
    guard limit < .infinity, let largest = image.max(), largest > limit else { return }
    let share = image.reduce(0) { $0 + ($1 > limit ? 1 : 0) } * 100 / image.count
    let guess = share >= 50 ? "; are its bytes swapped?" : ""
    let found = "\(name()), up to \(number(largest)) in \(max(1, share)) % of its pixels\(guess)"
    beyondCamera.add(Tally(count: 1, first: found))
  }

  /// Adds what was found in images that come behind these.
  mutating func add(_ other: ImageFlaws) {
    images += other.images
    withoutContrast.add(other.withoutContrast)
    beyondCamera.add(other.beyondCamera)
  }

  /// A line for each kind of flaw.
  func lines(of part: Part) -> [String] {
    func line(_ tally: Tally, _ what: String) -> [String] {
      if tally.count == 0 { return [] }
      let verb = tally.count == 1 ? "has" : "have"
      return ["\(tally.count) of \(images) \(part.word) images \(verb) \(what): \(tally.first)"]
    }
    return line(withoutContrast, "no contrast")
      + line(beyondCamera, "values that the camera cannot give")
  }

  private func number(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }
}
