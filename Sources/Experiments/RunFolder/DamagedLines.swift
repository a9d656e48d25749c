/// Lines of a file that were passed over since they are not what was once written.
struct DamagedLines: Equatable {
  /// The file.
  let path: String
  /// The numbers of the lines, from 1, ascending.
  var numbers: [Int] = []

  init(_ path: String, _ numbers: [Int] = []) { (self.path, self.numbers) = (path, numbers) }

  /// One line that names the file and its first damaged lines; `nil` where there are none.
  var text: String? {
    guard let first = numbers.first else { return nil }
    if numbers.count == 1 { return "passed over line \(first) of \(path), which is damaged" }
    let shown = numbers.prefix(5).map(String.init).joined(separator: ", ")
    let others = numbers.count > 5 ? " and others" : ""
    return "passed over \(numbers.count) damaged lines of \(path): \(shown)\(others)"
  }
}
