internal import Foundation

extension Whitening {
  /// The filter f·e^(−(f/0.5)⁴) on an n x n spectrum in natural order.
  ///
  /// f = √(g² + h²), with frequencies g of the row and h of the column. In the published code these
  /// are n equally spaced values from -0.5 to 0.5 inclusive: a grid with its origin in the middle,
  /// laid on a spectrum with its origin in the corner, which makes a band-pass of middle diagonal
  /// frequencies. The shifted filter takes each coefficient's own frequency, in cycles a pixel.
  ///
  /// Source: Olshausen & Field, "Sparse coding with an overcomplete basis set", Vision Research,
  /// 1997, for the filter; the code of Vafaii, Galor & Yates, NeurIPS 2024, for the grid.
  ///
  /// - Parameters:
  ///   - row: Vertical frequency, in `0..<size`.
  ///   - column: Horizontal frequency, in `0..<size`.
  ///   - size: n.
  /// - Returns: The factor of the coefficient.
  func gain(_ row: Int, _ column: Int, size: Int) -> Double {
    let g = frequency(row, size)
    let h = frequency(column, size)
    let f = (g * g + h * h).squareRoot()
    return f * exp(-pow(f / 0.5, 4))
  }

  /// The filter as it acts on a real image, whose spectrum is given by its columns up to n/2.
  ///
  /// The published grid is not symmetric about frequency 0, so filtering leaves an imaginary part,
  /// which is dropped. Dropping it is the same as filtering with the mean of the factors of a
  /// frequency and its opposite.
  ///
  /// - Parameter size: n.
  /// - Returns: Shape [n, n / 2 + 1]; with the factor 1/n² that the inverse transform lacks.
  func gains(size: Int) -> [Float] {
    var gains: [Float] = []
    for row in 0..<size {
      for column in 0...size / 2 {
        let opposite = gain((size - row) % size, (size - column) % size, size: size)
        let mean = (gain(row, column, size: size) + opposite) / 2
        gains.append(Float(mean / Double(size * size)))
      }
    }
    return gains
  }

  private func frequency(_ index: Int, _ size: Int) -> Double {
    switch self {
    case .published: -0.5 + Double(index) / Double(size - 1)
    case .shifted: Double(index < (size + 1) / 2 ? index : index - size) / Double(size)
    }
  }
}
