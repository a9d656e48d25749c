public import Tensors

/// What an encoder says of labelled samples: the numbers that classifiers get, unscaled.
public struct Features {
  /// Shape [samples, features].
  public let matrix: Matrix
  /// The class of each sample, from 0.
  public let labels: [UInt8]
  private let storage: AlignedBuffer<Float>

  /// Number of classes: one more than the largest label.
  public var classes: Int { Int(labels.max() ?? 0) + 1 }

  /// Puts features and labels together.
  ///
  /// - Parameters:
  ///   - storage: Features, sample by sample.
  ///   - labels: One a sample.
  public init(_ storage: AlignedBuffer<Float>, labels: [UInt8]) {
    precondition(
      !labels.isEmpty && storage.elements.count % labels.count == 0,
      "\(storage.elements.count) features of \(labels.count) samples")
    self.storage = storage
    self.labels = labels
    matrix = Matrix(
      storage.elements, rows: labels.count, columns: storage.elements.count / labels.count)
  }
}
