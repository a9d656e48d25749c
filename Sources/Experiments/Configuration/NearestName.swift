/// Finds the name that somebody probably meant.
///
/// - Parameters:
///   - name: What was written.
///   - names: What there is.
/// - Returns: The name with the fewest edits, the first of several, if those are at most a third of
///   its letters (or two).
func nearestName(to name: String, among names: [String]) -> String? {
  nearest(among: names, letters: \.count) { editDistance(name, $0) }
}

/// Finds the key path that somebody probably meant: the misspelt one, or the one of that name in
/// another section.
///
/// - Parameters:
///   - path: What was written.
///   - paths: What there is.
/// - Returns: The nearest path, if it is near enough.
func nearestKeyPath(to path: String, among paths: [String]) -> String? {
  let name = lastComponent(path)
  let misplaced = paths.filter { lastComponent($0) == name }
  // Of several keys of that name, the one whose section reads most like what was written.
  if let best = misplaced.min(by: { editDistance(path, $0) < editDistance(path, $1) }) {
    return best
  }
  // A path's other components are no reason to forgive more edits of its name.
  let letters = { (path: String) in lastComponent(path).count }
  return nearest(among: paths, letters: letters) { editDistance(path, $0) }
    ?? nearest(among: paths, letters: letters) { editDistance(name, lastComponent($0)) }
}

private func lastComponent(_ path: String) -> String {
  String(path[(path.lastIndex(of: ".").map(path.index(after:)) ?? path.startIndex)...])
}

/// The first of the names with the fewest edits, if those are at most two or a third of the letters.
private func nearest(
  among names: [String], letters: (String) -> Int, edits: (String) -> Int
) -> String? {
  let candidates = names.map { (name: $0, edits: edits($0)) }
  guard let best = candidates.min(by: { $0.edits < $1.edits }) else { return nil }
  return best.edits <= max(2, letters(best.name) / 3) ? best.name : nil
}

/// The number of letters to insert, remove, exchange or swap with a neighbour between two words.
///
/// Source: Damerau, "A technique for computer detection and correction of spelling errors",
/// Communications of the ACM, 1964.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  var rows = [Array(0...b.count)]
  for i in 1..<(a.count + 1) {
    var row = [i]
    for j in 1..<(b.count + 1) {
      var best = min(row[j - 1], rows[i - 1][j]) + 1
      best = min(best, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, rows[i - 2][j - 2] + 1)
      }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
