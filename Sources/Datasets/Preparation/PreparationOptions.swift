internal import Digests
internal import Foundation

/// What a prepared file depends on, apart from the contents of the original files.
///
/// Keys that a data set does not read are left out, so that they make no other file of it.
struct PreparationOptions: Codable, Equatable {
  /// The layout of prepared files and the way they are made; other numbers are not reused.
  static let formatVersion = 1

  private let formatVersion: Int
  private let dataSeed: UInt32
  private let name: DatasetName
  private var path: String?
  private let split: ImageSplit?
  private let whitening: Whitening?
  private let limitImages: Int?
  private let cropsPerImage: Int?
  private let deadLeaves: DeadLeavesConfiguration?

  private enum CodingKeys: String, CodingKey {
    case formatVersion = "format_version"
    case dataSeed = "data_seed"
    case name
    case path
    case split
    case whitening
    case limitImages = "limit_images"
    case cropsPerImage = "crops_per_image"
    case deadLeaves = "dead_leaves"
  }

  init(_ configuration: DataConfiguration) {
    let isMade = configuration.name == .deadLeaves
    let isSplit = isMade || configuration.name == .vanHateren
    let isCropped = configuration.name == .cifar16
    formatVersion = PreparationOptions.formatVersion
    dataSeed = ImageSplit.dataSeed
    name = configuration.name
    path = isMade ? nil : configuration.path
    split = isSplit ? configuration.split : nil
    whitening = isSplit || isCropped ? configuration.whitening : nil
    limitImages = configuration.limitImages
    cropsPerImage = isCropped ? CIFARSource.cropsPerImage : nil
    deadLeaves = isMade ? configuration.deadLeaves : nil
  }

  /// The same for original files that lie elsewhere.
  var withoutPath: PreparationOptions {
    var options = self
    options.path = nil
    return options
  }
}

extension DataConfiguration {
  /// The name of the prepared file in a cache folder, such as `van-hateren-1b2c3d4e.h5`.
  ///
  /// The eight digits stand for all options that the file's contents depend on.
  public var preparedFileName: String {
    let digest = SHA256.hex(of: jsonText(PreparationOptions(self)))
    return "\(name.rawValue)-\(digest.prefix(8)).h5"
  }
}

/// One text for one value: keys sorted, on one line.
func jsonText(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    preconditionFailure("\(value) has no JSON: \(error)")
  }
}
