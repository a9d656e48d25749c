/// An array of numbers with its name in a file: a view of memory that others own.
public struct NamedArray {
  /// The name, not empty and in ASCII.
  public let name: String
  /// Extents; none for a single number.
  public let shape: [Int]
  /// The elements, row-major.
  public let elements: UnsafeBufferPointer<Float>

  /// Names an array.
  ///
  /// - Parameters:
  ///   - name: The name, not empty and in ASCII.
  ///   - shape: Extents; none for a single number.
  ///   - elements: As many as the shape has, row-major; must live until the file is written.
  public init(_ name: String, shape: [Int], elements: UnsafeBufferPointer<Float>) {
    precondition(!name.isEmpty && name.allSatisfy(\.isASCII), "an array is called '\(name)'")
    checkShape(shape, elements)
    self.name = name
    self.shape = shape
    self.elements = elements
  }

  /// The elements as files hold them: little-endian, as this program's machines are.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(elements) }
}

/// Makes sure that a shape has as many elements as there are.
func checkShape(_ shape: [Int], _ elements: UnsafeBufferPointer<Float>) {
  precondition(
    shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == elements.count,
    "\(elements.count) elements for the shape \(shape)")
}

/// Makes sure that no name stands for two things.
func checkNames(_ names: [String]) {
  precondition(Set(names).count == names.count, "a name stands twice in \(names)")
}

#if _endian(big)
#error("Arrays are written little-endian: swap them here before this machine is supported.")
#endif
