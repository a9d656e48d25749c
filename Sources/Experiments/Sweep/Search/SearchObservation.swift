/// What a search knows of one point that it has proposed.
struct SearchObservation: Sendable {
  /// The point, from 0 to 1 in each dimension; `nil` where the setting did not apply.
  let coordinates: [Double?]
  /// What came of it, the smaller the better; `nil` as long as that is not known, and after a failure.
  let objective: Double?
}
