/// Numbered things cut into consecutive parts as equal as they can be.
///
/// Every part has `count / parts` of them, and each of the first `count % parts` one more.
struct ConsecutiveShares {
  let count: Int
  let parts: Int

  /// The things of a part.
  subscript(part: Int) -> Range<Int> { start(of: part)..<start(of: part + 1) }

  /// The size of the first part, which none exceeds.
  var largest: Int { self[0].count }

  private func start(of part: Int) -> Int { part * (count / parts) + min(part, count % parts) }
}
