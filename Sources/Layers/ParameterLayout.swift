public import Tensors

/// Where each parameter of a model lies in its one flat vector.
///
/// Gradients, the optimizer's moments and anything else that has a value per parameter use the
/// same layout, so that a reduction, an optimizer step and a checkpoint treat vectors, not layers.
public struct ParameterLayout: Sendable, Equatable {
  /// One named, shaped piece of the vector.
  public struct Entry: Sendable, Equatable {
    /// `<layer>/<name>`, as in `encoder/weight`.
    public let name: String
    /// Extents in the field's order: `[outputs, inputs]` for a dense layer.
    public let shape: [Int]
    /// The elements' places in the flat vector, row-major; starts at a multiple of 16.
    public let range: Range<Int>
    /// How the values start.
    public let initial: InitialValues
    /// Whether a gradient stands in its place of gradient vectors, and not what is only counted there.
    public let hasGradient: Bool
    /// Whether its gradient must be zero before the first backward pass; else that can write it
    /// (``NetworkPass/startsGradients``).
    public let accumulates: Bool
  }

  /// The parameters, in the order of the vector.
  public private(set) var entries: [Entry] = []
  /// The length of the vector, padding included.
  public private(set) var count = 0

  /// Makes an empty layout.
  public init() {}

  /// Adds a parameter behind the others.
  ///
  /// - Parameters:
  ///   - name: `<layer>/<name>`; must be new.
  ///   - shape: Extents, all positive.
  ///   - initial: How the values start.
  ///   - hasGradient: Whether its place in gradient vectors holds a gradient, which belongs to their norm.
  ///   - accumulates: Whether its gradient must be zero before the first backward pass.
  /// - Returns: The entry that was added.
  @discardableResult
  public mutating func add(
    _ name: String, shape: [Int], initial: InitialValues = .constant(0), hasGradient: Bool = true,
    accumulates: Bool = true
  ) -> Entry {
    precondition(!entries.contains { $0.name == name }, "parameter \(name) exists already")
    precondition(shape.allSatisfy { $0 > 0 }, "parameter \(name) has the shape \(shape)")
    let size = shape.reduce(1, *)
    let entry = Entry(
      name: name, shape: shape, range: count..<count + size, initial: initial,
      hasGradient: hasGradient, accumulates: accumulates)
    entries.append(entry)
    count += (size + 15) / 16 * 16
    return entry
  }

  /// Clears a vector of gradients as far as a pass that starts them adds to it.
  ///
  /// - Parameter gradients: In this layout.
  public func clear(_ gradients: AlignedBuffer<Float>) {
    for entry in entries where entry.accumulates {
      gradients.view(entry.range).update(repeating: 0)
    }
  }

  /// The number of trainable values, without padding.
  public var parameterCount: Int { entries.reduce(0) { $0 + $1.range.count } }
}
