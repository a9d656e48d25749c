/// The sparsity of non-negative activities: 0 if all are equal, 1 if only one is not zero.
///
/// (1 − (Σa)²/(m·Σa²))/(1 − 1/m) for m activities, and 1 if all are zero. Sources: Treves & Rolls,
/// Network 1991; Vinje & Gallant, Science 2000.
///
/// - Parameters:
///   - sum: Σa.
///   - squares: Σa².
///   - count: m.
/// - Returns: The sparsity.
public func trevesRolls(sum: Double, squares: Double, count: Int) -> Double {
  guard squares > 0, count > 1 else { return 1 }
  let m = Double(count)
  return (1 - sum * sum / (m * squares)) / (1 - 1 / m)
}
