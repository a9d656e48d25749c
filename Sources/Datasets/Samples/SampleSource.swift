/// A data set as it is before preparation: pieces that can be made each on its own.
protocol SampleSource: ~Copyable {
  /// Pixels of a sample, down and across.
  var height: Int { get }
  var width: Int { get }
  /// The pieces in the order in which their samples are to be.
  var training: [Piece] { get }
  var validation: [Piece] { get }
  /// Whether samples have labels.
  var isLabelled: Bool { get }
  /// What is to be said of the source as a whole, such as that a file of it is missing.
  var notes: [String] { get }
  /// What is wrong with the images that were written since it was last reset.
  var flaws: ImageFlaws { get set }

  /// Makes the samples of a piece, the same on every rank.
  ///
  /// - Parameters:
  ///   - piece: One of this source's.
  ///   - part: Where the piece belongs.
  ///   - samples: Receives shape [samples of the piece, height * width].
  /// - Throws: ``DatasetError``.
  mutating func write(
    _ piece: Piece, of part: Part, into samples: UnsafeMutableBufferPointer<Float>
  ) throws(DatasetError)

  /// The labels of a piece, one for each sample; empty where the data have none.
  func labels(_ piece: Piece, of part: Part) -> ArraySlice<UInt8>
}

extension SampleSource where Self: ~Copyable {
  var notes: [String] { [] }

  /// The pieces of a part.
  func pieces(_ part: Part) -> [Piece] {
    switch part {
    case .training: training
    case .validation: validation
    }
  }
}

/// What a rank makes in one go: the tiles of an image, or a block of small images.
struct Piece {
  /// What it is called in the provenance.
  let name: String
  /// Where the source finds it: an image's place, or the first image of a block.
  let place: Int
  /// Number of samples.
  let samples: Int
}

/// The two parts of a data set; raw values name their groups in a prepared file.
enum Part: String, CaseIterable {
  case training = "train"
  case validation

  /// What it is called in messages.
  var word: String { self == .training ? "training" : "validation" }
}
