public import Layers
import Models
public import Tensors

/// The update of a dictionary of unit columns: each moves by what its active images want, then has norm 1 again.
///
/// φⱼ ← φⱼ − η/(nⱼ + 1)·gⱼ, with the gradient gⱼ and the number nⱼ of images that made element j active, which ``SparseCoder`` leaves as
/// the gradient of the usage; the usage itself becomes nⱼ. Source: the library lca-pytorch.
public struct DictionaryLearning: Optimizer {
  private let dictionary: ParameterLayout.Entry
  private let usage: ParameterLayout.Entry
  private let factors: AlignedBuffer<Double>

  /// Finds dictionary and usage.
  ///
  /// - Parameter layout: The layout of a ``SparseCoder``.
  public init(_ layout: ParameterLayout) {
    func entry(_ name: String) -> ParameterLayout.Entry {
      guard let entry = layout.entries.first(where: { $0.name == name }) else {
        preconditionFailure("\(name) is not in the layout")
      }
      return entry
    }
    dictionary = entry(SparseCoder.dictionaryName)
    usage = entry(SparseCoder.usageName)
    factors = AlignedBuffer(count: usage.range.count, repeating: 0)
  }

  /// Nothing is remembered.
  public var moments: [(name: String, values: AlignedBuffer<Float>)] { [] }

  /// Moves the dictionary by one step.
  ///
  /// - Parameters:
  ///   - parameters: The flat vector.
  ///   - gradient: g and n, sums over the batch.
  ///   - factor: What g is multiplied by.
  ///   - learningRate: η.
  ///   - step: Not used.
  public func update(
    _ parameters: AlignedBuffer<Float>, gradient: AlignedBuffer<Float>, factor: Double,
    learningRate: Double, step: Int
  ) {
    let counts = gradient.view(usage.range)
    let (values, slopes) = (parameters.view(dictionary.range), gradient.view(dictionary.range))
    let elements = counts.count
    for start in stride(from: 0, to: values.count, by: elements) {
      for k in 0..<elements {
        let rate = Float(learningRate * factor) / (counts[k] + 1)
        values[start + k] -= rate * slopes[start + k]
      }
    }
    SparseCoder.normalizeColumns(
      Matrix(values, rows: values.count / elements, columns: elements),
      factors: factors.elements)
    _ = parameters.view(usage.range).update(fromContentsOf: counts)
  }
}
