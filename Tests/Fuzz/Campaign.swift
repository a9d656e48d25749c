import Foundation

/// What is to be tried: mutations of one target's seeds, each made from the campaign's seed and its
/// own number alone.
struct Campaign {
  let target: Target
  var seed: UInt64 = 1
  /// The number of the first mutation; the seeds themselves have negative numbers.
  var first: Int?
  /// How many are tried at most.
  var count: Int?
  /// After how many seconds no further one is begun.
  var seconds: Double?
  /// Where inputs are kept that something was found with.
  var keep: String

  /// Reads a command line.
  init?(_ words: [String]) {
    guard let target = targets.first(where: { $0.name == words.first }), words.count % 2 == 1 else {
      return nil
    }
    self.target = target
    keep = FileManager.default.temporaryDirectory.path
    for place in stride(from: 1, to: words.count, by: 2) {
      let value = words[place + 1]
      switch words[place] {
      case "--seed": seed = UInt64(value) ?? 1
      case "--from": first = Int(value)
      case "--count": count = Int(value)
      case "--seconds": seconds = Double(value)
      case "--keep": keep = value
      default: return nil
      }
    }
  }

  /// The command that tries one mutation again.
  func command(for mutation: Int) -> String {
    "Fuzz \(target.name) --seed \(seed) --from \(mutation) --count 1"
  }
}
