public import Tensors

/// What the layers of a model remember of each sample between forward and backward.
///
/// Layers ask for room while the model is built; the memory is allocated once, for the largest batch.
public struct ActivationLayout: Sendable {
  private(set) var widths: [Int] = []

  /// Makes an empty layout.
  public init() {}

  /// Asks for room.
  ///
  /// - Parameter width: Values of a sample.
  /// - Returns: What the values are found by.
  public mutating func add(_ width: Int) -> Activation {
    widths.append(width)
    return Activation(index: widths.count - 1, width: width)
  }

  /// Values of a sample, over all activations.
  public var valuesPerSample: Int { widths.reduce(0, +) }
}

/// Values that a model remembers of each sample.
public struct Activation: Sendable {
  let index: Int
  /// Values of a sample.
  public let width: Int
}

/// The memory for the activations of batches up to a given size.
public struct Activations {
  /// The most samples of a batch.
  public let capacity: Int
  private let matrices: [Matrix]
  private let storage: AlignedBuffer<Float>

  /// Allocates the memory.
  ///
  /// - Parameters:
  ///   - layout: What is to be remembered.
  ///   - capacity: The most samples of a batch.
  public init(_ layout: ActivationLayout, capacity: Int) {
    self.capacity = capacity
    let sizes = layout.widths.map { ($0 * capacity + 15) / 16 * 16 }
    let storage = AlignedBuffer<Float>(count: sizes.reduce(0, +), repeating: 0)
    var start = 0
    matrices = zip(layout.widths, sizes).map { width, size in
      defer { start += size }
      return Matrix(
        storage.view(start..<start + width * capacity), rows: capacity, columns: width)
    }
    self.storage = storage
  }

  /// An activation of the first samples of the batch.
  ///
  /// - Parameters:
  ///   - activation: Which.
  ///   - rows: The number of samples.
  public subscript(activation: Activation, rows rows: Int) -> Matrix {
    matrices[activation.index].rows(0..<rows)
  }
}
