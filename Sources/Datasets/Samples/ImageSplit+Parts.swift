internal import Tensors

/// Places in a list of images, those for training and those for validation.
struct SplitParts: Equatable {
  var training: [Int]
  var validation: [Int]
}

extension ImageSplit {
  /// The seed of everything that is drawn to make data, as opposed to training on them.
  ///
  /// A constant, so that two runs of different seeds have the same data.
  static let dataSeed: UInt32 = 2_405_144

  /// How many of `count` images are for training: the 80 of 101 of the DOVES split, rounded, but
  /// at least one image on either side.
  static func trainingCount(of count: Int) -> Int {
    min(max((count * 80 * 2 + 101) / (101 * 2), 1), count - 1)
  }

  /// Shares out images that have no numbers in an order of their own.
  ///
  /// - Parameters:
  ///   - count: Number of images.
  ///   - limit: Use only the first so many.
  /// - Returns: Every place below the lesser of both, once.
  /// - Throws: ``DatasetError`` if fewer than two images remain.
  static func shuffledParts(count: Int, limit: Int?) throws(DatasetError) -> SplitParts {
    let used = try usable(count, limit)
    var order = Array(0..<used)
    // No epoch and no shard has these coordinates, so a run's sample order is never this one.
    var stream = RandomStream(
      seed: dataSeed, purpose: .order, Int(UInt32.max), Int(UInt32.max))
    order.withUnsafeMutableBufferPointer { shuffle($0, &stream) }
    let training = trainingCount(of: used)
    return SplitParts(
      training: Array(order[..<training]), validation: Array(order[training...]))
  }

  /// Shares out photographs by their DOVES numbers, in their order.
  ///
  /// - Parameters:
  ///   - paths: The photographs' files.
  ///   - limit: Use only so many: the first numbers of either part, in the shares of the whole.
  /// - Returns: Places in `paths`.
  /// - Throws: ``DatasetError`` if DOVES does not show an image, or a part would be empty.
  static func dovesParts(of paths: [String], limit: Int?) throws(DatasetError) -> SplitParts {
    var numbered: [(number: Int, place: Int)] = []
    for (place, path) in paths.enumerated() {
      guard let number = DOVES.number(of: ImageFolder.stem(path)) else {
        throw .unexpectedValue(
          path: path, what: "the image", found: "none whose DOVES number is known",
          expected: "one of the DOVES database; data.split shuffled takes any photograph")
      }
      numbered.append((number, place))
    }
    numbered.sort { $0.number < $1.number }
    var parts = SplitParts(training: [], validation: [])
    for (number, place) in numbered {
      if DOVES.training.contains(number) {
        parts.training.append(place)
      } else {
        parts.validation.append(place)
      }
    }
    if let limit {
      let used = try usable(paths.count, limit)
      let training = used == paths.count ? parts.training.count : trainingCount(of: used)
      parts.training = Array(parts.training.prefix(training))
      parts.validation = Array(parts.validation.prefix(used - training))
    }
    guard !parts.training.isEmpty, !parts.validation.isEmpty else {
      throw .configuration(
        key: "data.split", found: "doves with DOVES numbers \(numbered.map(\.number))",
        expected: "numbers of both 1...80 and 81...101")
    }
    return parts
  }

  private static func usable(_ count: Int, _ limit: Int?) throws(DatasetError) -> Int {
    if let limit, limit < 2 {
      throw .configuration(
        key: "data.limit_images", found: "\(limit)",
        expected: "at least 2, one for training and one for validation")
    }
    guard count >= 2 else {
      throw .configuration(
        key: "data", found: "\(count) image",
        expected: "at least 2, one for training and one for validation")
    }
    return min(count, limit ?? count)
  }
}
