/// Which of van Hateren's photographs the DOVES database of eye movements shows, and as which number.
///
/// Source: van der Linde, Rajashekar, Bovik & Cormack, "DOVES: a database of visual eye movements",
/// Spatial Vision, 2009; the table was made by comparing the photographs with DOVES's pictures.
enum DOVES {
  /// DOVES numbers whose images are for training; the others are for validation.
  static let training = 1...80

  /// Van Hateren's numbers in the order of DOVES's, from 1; that of DOVES's number 9 is not known.
  private static let photographs: [Int?] = [
    4205, 4145, 4123, 4122, 4103, 4102, 4101, 4098, nil, 3670,
    3669, 1366, 1316, 1178, 1177, 1158, 1071, 1019, 791, 733,
    678, 645, 398, 397, 396, 377, 373, 369, 368, 367,
    366, 356, 355, 354, 353, 347, 335, 330, 327, 320,
    319, 316, 314, 313, 302, 298, 296, 295, 287, 285,
    282, 281, 272, 271, 269, 264, 262, 256, 255, 252,
    248, 247, 246, 245, 244, 232, 225, 220, 206, 196,
    195, 191, 190, 179, 177, 165, 163, 162, 161, 159,
    152, 149, 148, 147, 146, 135, 134, 122, 84, 77,
    74, 71, 63, 61, 60, 54, 53, 47, 37, 34,
    31,
  ]

  /// The DOVES number of a photograph.
  ///
  /// - Parameter stem: The name of its file without endings, such as `imk04205`.
  /// - Returns: From 1 to 101, or `nil` if DOVES does not show it.
  static func number(of stem: String) -> Int? {
    guard stem.hasPrefix("imk"), stem.count == 8, let photograph = Int(stem.dropFirst(3)) else {
      return nil
    }
    return photographs.firstIndex(of: photograph).map { $0 + 1 }
  }
}
