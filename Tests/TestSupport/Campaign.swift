public import Foundation

/// How often a test repeats what it does at random: a few times, or often where that is asked for.
public enum Campaign {
  /// Whether `cluster/test --faults` asked for the long form.
  public static var isLong: Bool {
    ProcessInfo.processInfo.environment["SHOAL_TEST_FAULTS"] == "1"
  }

  /// The number of rounds.
  ///
  /// - Parameters:
  ///   - short: In every test run.
  ///   - long: On demand.
  /// - Returns: One of them.
  public static func rounds(_ short: Int, long: Int) -> Int { isLong ? long : short }
}

/// Random numbers that are the same in every run of a test, so that a failure can be repeated.
///
/// Source: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  /// Starts a sequence.
  ///
  /// - Parameter seed: Which.
  public init(seed: UInt64) { state = seed }

  /// The next number.
  ///
  /// - Returns: 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension ProgramRun {
  /// The ranks that a launcher has started on this machine.
  ///
  /// - Parameter launcher: A process made by ``process(_:_:ranks:in:)``.
  /// - Returns: Process numbers, in the order of ranks.
  public static func ranks(of launcher: Process) -> [Int32] {
    let number = launcher.processIdentifier
    let path = "/proc/\(number)/task/\(number)/children"
    let words = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: " ") ?? []
    return words.compactMap { Int32($0) }.filter { child in
      let name = try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
      return name == "shoal\n"
    }.sorted()
  }
}
