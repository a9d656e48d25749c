internal import CKernels

extension ProductLibrary {
  /// What is wrong with a library's products.
  public enum Fault: Error, Equatable, CustomStringConvertible {
    /// Some product is not what plain loops give.
    case wrong
    /// The processor, or the system, ended a product by a signal.
    case signal(Int32)
    /// Two threads gave other bits the second time.
    case unsteady

    /// A phrase that follows the library's name.
    public var description: String {
      switch self {
      case .wrong: "makes wrong products"
      case .signal(4): "uses an instruction that this processor does not have"
      case .signal(let number): "was ended by signal \(number)"
      case .unsteady: "gives other bits when a product is repeated"
      }
    }
  }

  /// Compares products of awkward shapes with plain loops.
  ///
  /// Shapes are smaller than blocks, larger by one, single rows and empty sums; a product with
  /// threads is made twice. Takes one or two milliseconds beside what the library takes for its
  /// first products. Changes ``current``.
  ///
  /// - Returns: What is wrong, or `nil`.
  public func fault() -> Fault? {
    let threads = OpenBLAS.threads
    ProductLibrary.current = self
    // A signal in another thread than this could not be caught.
    ProductLibrary.setThreads(1)
    let result = shoal_check_product { aIsTransposed, bIsTransposed, m, n, k, a, b, keep, c in
      ProductLibrary.current.multiply(
        (a, aIsTransposed != 0), (b, bIsTransposed != 0), into: c, (m, n, k), scale: 1, keep: keep)
    }
    ProductLibrary.setThreads(threads)
    if result != 0 { return result < 0 ? .wrong : .signal(result) }
    return threads == 1 || isSteady() ? nil : .unsteady
  }

  /// Sets the number of threads of this rank's products and convolutions.
  ///
  /// - Parameter count: At least 1.
  public static func setThreads(_ count: Int) {
    OpenBLAS.threads = count
    OneDNN.setThreads(count)
  }

  /// Makes a product twice that is large enough for several threads.
  private func isSteady() -> Bool {
    let (m, n, k) = (256, 256, 700)
    func matrix(_ rows: Int, _ columns: Int, _ period: Int) -> (Matrix, AlignedBuffer<Float>) {
      let buffer = AlignedBuffer<Float>(count: rows * columns, repeating: 0)
      for i in buffer.elements.indices { buffer.elements[i] = Float(i % period) * 0.01 - 1 }
      return (Matrix(buffer.elements, rows: rows, columns: columns), buffer)
    }
    let (a, b) = (matrix(m, k, 251), matrix(k, n, 241))
    let (first, second) = (matrix(m, n, 1), matrix(m, n, 1))
    Tensors.multiply(a.0, b.0, into: first.0)
    Tensors.multiply(a.0, b.0, into: second.0)
    return zip(first.0.elements, second.0.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
  }
}
