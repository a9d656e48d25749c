/// The data set of a run and how it is prepared: the section `data` of a configuration.
///
/// There are no defaults here: whoever reads a configuration completes it first.
public struct DataConfiguration: Codable, Sendable, Equatable {
  /// Which data set.
  public var name: DatasetName
  /// The folder that holds the original files; `nil` to look where ``DatasetCatalog`` says.
  public var path: String?
  /// Which images are for training; data sets that come with a split of their own keep it.
  public var split: ImageSplit
  /// The folder for prepared data; `nil` leaves the choice to the caller.
  public var cache: String?
  /// Which whitening filter tiles of photographs, dead leaves and CIFAR-10 go through.
  public var whitening: Whitening
  /// Use only so many images; of a set that has its own split, so many of either part.
  public var limitImages: Int?
  /// How dead leaves are made; read by that data set alone.
  public var deadLeaves: DeadLeavesConfiguration

  private enum CodingKeys: String, CodingKey {
    case name
    case path
    case split
    case cache
    case whitening
    case limitImages = "limit_images"
    case deadLeaves = "dead_leaves"
  }

  /// Makes a configuration.
  ///
  /// - Parameters:
  ///   - name: Which data set.
  ///   - path: The folder of the original files, if given.
  ///   - split: Which images are for training.
  ///   - cache: The folder for prepared data, if given.
  ///   - whitening: Which whitening filter.
  ///   - limitImages: Use only so many images.
  ///   - deadLeaves: How dead leaves are made.
  public init(
    name: DatasetName, path: String?, split: ImageSplit, cache: String?, whitening: Whitening,
    limitImages: Int?, deadLeaves: DeadLeavesConfiguration
  ) {
    self.name = name
    self.path = path
    self.split = split
    self.cache = cache
    self.whitening = whitening
    self.limitImages = limitImages
    self.deadLeaves = deadLeaves
  }

  /// Writes every key, those without a value as null, so that a saved configuration is complete.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(path, forKey: .path)
    try container.encode(split, forKey: .split)
    try container.encode(cache, forKey: .cache)
    try container.encode(whitening, forKey: .whitening)
    try container.encode(limitImages, forKey: .limitImages)
    try container.encode(deadLeaves, forKey: .deadLeaves)
  }
}

/// The data sets that Shoal knows.
public enum DatasetName: String, Codable, Sendable, CaseIterable {
  /// Occluding discs, made on the spot: images with natural statistics (Lee, Mumford & Huang, 2001).
  case deadLeaves = "dead-leaves"
  /// Photographs of van Hateren and van der Schaaf (1998), those that DOVES uses.
  case vanHateren = "van-hateren"
  /// Handwritten digits.
  case mnist
  /// Articles of clothing, in MNIST's format.
  case fashionMNIST = "fashion-mnist"
  /// Crops of CIFAR-10's images in grey, through the same filters as photographs.
  case cifar16
}

/// How whole images are shared out between training and validation.
public enum ImageSplit: String, Codable, Sendable, CaseIterable {
  /// All images in an order drawn once and for all; the first 80 of each 101 are for training.
  case shuffled
  /// DOVES numbers 1 to 80 for training, 81 to 101 for validation.
  case doves
}

/// Which grid of frequencies the whitening filter has.
public enum Whitening: String, Codable, Sendable, CaseIterable {
  /// The one of the published code, whose origin lies in the middle while the spectrum's does not.
  case published
  /// The frequency of each coefficient, so that the filter is the ramp it was meant to be.
  case shifted
}

/// How many dead-leaves images are made, how large, and of which discs.
public struct DeadLeavesConfiguration: Codable, Sendable, Equatable {
  /// Number of images.
  public var images: Int
  /// Pixels across, at least 24.
  public var width: Int
  /// Pixels down, at least 24.
  public var height: Int
  /// Least radius of a disc, in pixels.
  public var smallestRadius: Double
  /// Greatest radius of a disc, in pixels.
  public var largestRadius: Double

  private enum CodingKeys: String, CodingKey {
    case images
    case width
    case height
    case smallestRadius = "smallest_radius"
    case largestRadius = "largest_radius"
  }

  /// Makes a configuration.
  ///
  /// - Parameters:
  ///   - images: Number of images.
  ///   - width: Pixels across.
  ///   - height: Pixels down.
  ///   - smallestRadius: Least radius, in pixels.
  ///   - largestRadius: Greatest radius, in pixels.
  public init(
    images: Int, width: Int, height: Int, smallestRadius: Double, largestRadius: Double
  ) {
    self.images = images
    self.width = width
    self.height = height
    self.smallestRadius = smallestRadius
    self.largestRadius = largestRadius
  }
}
