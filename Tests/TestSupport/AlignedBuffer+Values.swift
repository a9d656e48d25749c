public import Tensors

extension AlignedBuffer where Element == Float {
  /// Copies `values` into a buffer of their number.
  ///
  /// - Parameter values: The elements.
  public convenience init(_ values: [Float]) {
    self.init(count: values.count, repeating: 0)
    for (index, value) in values.enumerated() { elements[index] = value }
  }
}
