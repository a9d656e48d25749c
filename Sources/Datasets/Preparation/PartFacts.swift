internal import Digests

/// What is found out about a part of the data while its samples are made; by each rank about the
/// pieces that it makes, then joined.
struct PartFacts: Codable {
  /// A digest of the samples and labels of each piece, in the order of the pieces.
  private(set) var digests: [String] = []
  /// The sum of ‖x‖² of each piece.
  private var energies: [Double] = []
  /// The digest of a piece's only sample, where all of its samples are equal; else empty.
  private var onlySamples: [String] = []
  private var count = 0
  private let word: String
  /// What is wrong with the original images.
  var flaws = ImageFlaws()

  /// Begins with no pieces.
  init(part: Part) { word = part.word }

  /// Joins what the ranks found out, in their order, which is that of the pieces.
  init(joining all: [PartFacts], of part: Part) {
    self.init(part: part)
    for facts in all {
      digests += facts.digests
      energies += facts.energies
      onlySamples += facts.onlySamples
      count += facts.count
      flaws.add(facts.flaws)
    }
    lines = flaws.lines(of: part)
    if isUniform, count > 1 { lines.append("all \(count) \(word) samples are equal") }
  }

  /// What is to be said of the part.
  private(set) var lines: [String] = []

  /// The mean of ‖x‖²: sums of pieces, added in the order of the pieces.
  var energy: Double { energies.reduce(0, +) / Double(max(1, count)) }

  private var isUniform: Bool { Set(onlySamples).count == 1 && onlySamples.first != "" }

  /// Why no model can learn from the part; `nil` where one can.
  var reasonNotToTrain: String? {
    if flaws.images > 0, flaws.withoutContrast.count == flaws.images {
      return "none of \(flaws.images) \(word) images has any contrast, the first "
        + flaws.withoutContrast.first
    }
    return energy == 0 ? "all \(count) \(word) samples are 0" : nil
  }

  /// Takes a piece in.
  ///
  /// - Parameters:
  ///   - piece: The piece.
  ///   - samples: Shape [samples of the piece, pixels].
  ///   - labels: One for each sample, or none.
  /// - Throws: ``DatasetError/unexpectedValue(path:what:found:expected:)`` where a sample is no
  ///   number.
  mutating func add(
    _ piece: Piece, _ samples: UnsafeMutableBufferPointer<Float>, _ labels: ArraySlice<UInt8>
  ) throws(DatasetError) {
    let pixels = samples.count / max(1, piece.samples)
    let energy = samples.reduce(0) { $0 + Double($1) * Double($1) }
    if !energy.isFinite, let place = samples.firstIndex(where: { !$0.isFinite }) {
      throw .unexpectedValue(
        path: piece.name, what: "value \(place % pixels) of sample \(place / pixels) (from 0)",
        found: "\(samples[place])", expected: "a finite number")
    }
    let first = samples.prefix(pixels)
    let isUniform = (1..<max(1, piece.samples)).allSatisfy { sample in
      samples[sample * pixels..<(sample + 1) * pixels].elementsEqual(first)
    }
    let hash = SHA256()
    hash.update(UnsafeRawBufferPointer(samples))
    labels.withUnsafeBytes { hash.update($0) }
    digests.append(hash.finalize())
    energies.append(energy)
    onlySamples.append(
      isUniform
        ? SHA256.hex(of: UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: first))) : "")
    count += piece.samples
  }
}
