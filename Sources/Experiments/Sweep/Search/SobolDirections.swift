/// The direction numbers of Sobol's sequence.
///
/// Source: Joe & Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM
/// Journal on Scientific Computing, 2008; their table `new-joe-kuo-6.21201`.
enum SobolDirections {
  /// How many dimensions there are numbers for.
  static let dimensions = table.count + 1

  /// Returns the 32 direction numbers of a dimension; that of the highest bit comes first.
  ///
  /// - Parameter dimension: From 0, which is the sequence of van der Corput and needs no table.
  /// - Returns: Number i is the fraction mᵢ/2ⁱ⁺¹, in units of 2⁻³².
  static func numbers(dimension: Int) -> [UInt32] {
    if dimension == 0 { return (0..<32).map { 1 << (31 - $0) } }
    let (polynomial, initial) = table[dimension - 1]
    let degree = initial.count
    var numbers = initial.enumerated().map { i, m in m << (31 - i) }
    for i in degree..<32 {
      var number = numbers[i - degree] ^ numbers[i - degree] >> degree
      for k in stride(from: 1, to: degree, by: 1)
      where polynomial >> (degree - k) & 1 == 1 {
        number ^= numbers[i - k]
      }
      numbers.append(number)
    }
    return numbers
  }

  /// From the second dimension on: a primitive polynomial over the integers modulo 2, whose bits are the
  /// coefficients, the highest power first; and m₁, m₂, … up to the polynomial's degree.
  private static let table: [(polynomial: UInt32, initial: [UInt32])] = [
    (3, [1]),
    (7, [1, 3]),
    (11, [1, 3, 1]),
    (13, [1, 1, 1]),
    (19, [1, 1, 3, 3]),
    (25, [1, 3, 5, 13]),
    (37, [1, 1, 5, 5, 17]),
    (41, [1, 1, 5, 5, 5]),
    (47, [1, 1, 7, 11, 19]),
    (55, [1, 1, 5, 1, 1]),
    (59, [1, 1, 1, 3, 11]),
    (61, [1, 3, 5, 5, 31]),
    (67, [1, 3, 3, 9, 7, 49]),
    (91, [1, 1, 1, 15, 21, 21]),
    (97, [1, 3, 1, 13, 27, 49]),
    (103, [1, 1, 1, 15, 7, 5]),
    (109, [1, 3, 1, 15, 13, 25]),
    (115, [1, 1, 5, 5, 19, 61]),
    (131, [1, 3, 7, 11, 23, 15, 103]),
    (137, [1, 3, 7, 13, 13, 15, 69]),
    (143, [1, 1, 3, 13, 7, 35, 63]),
    (145, [1, 3, 5, 9, 1, 25, 53]),
    (157, [1, 3, 1, 13, 9, 35, 107]),
    (167, [1, 3, 1, 5, 27, 61, 31]),
    (171, [1, 1, 5, 11, 19, 41, 61]),
    (185, [1, 3, 5, 3, 3, 13, 69]),
    (191, [1, 1, 7, 13, 1, 19, 1]),
    (193, [1, 3, 7, 5, 13, 19, 59]),
    (203, [1, 1, 3, 9, 25, 29, 41]),
    (211, [1, 3, 5, 13, 23, 1, 55]),
    (213, [1, 3, 7, 3, 13, 59, 17]),
  ]
}
