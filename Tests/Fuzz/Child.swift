import Foundation
import MPI
import TestSupport

/// The process that reads: whatever becomes of it is what was found.
struct Child {
  /// Exit code of a finding that the process survives.
  static let found: Int32 = 3
  /// Seconds after which a single input counts as a hang.
  private static let patience: UInt32 = 30
  /// Bytes that a reader may take: so much, and so many times the input.
  private static let memory = (fixed: 512 << 20, factor: 64)

  private let campaign: Campaign
  private let folder: String

  init(_ campaign: Campaign) {
    self.campaign = campaign
    folder = ProcessInfo.processInfo.environment[Supervisor.childVariable] ?? "."
  }

  /// Tries inputs.
  ///
  /// - Returns: 0 where nothing was found; a finding is in the folder's file `found`.
  func run() -> Int32 {
    do {
      let seeds = try campaign.target.seeds(folder)
      limitMemory()
      let start = ContinuousClock.now
      var number = campaign.first ?? -seeds.count
      var tried = 0
      while tried < campaign.count ?? .max {
        if let seconds = campaign.seconds, ContinuousClock.now - start > .seconds(seconds) { break }
        try attempt(number, number < 0 ? seeds[seeds.count + number] : mutation(number, seeds))
        number += 1
        tried += 1
      }
      print("\(campaign.target.name): \(tried) inputs")
      return 0
    } catch {
      try? "\(error)".write(toFile: "\(folder)/found", atomically: true, encoding: .utf8)
      return Child.found
    }
  }

  private func mutation(_ number: Int, _ seeds: [[UInt8]]) -> [UInt8] {
    var random = SplitMix(seed: campaign.seed &* 0x1_0000_0001 &+ UInt64(number))
    let bytes = Mutation.of(seeds, &random)
    guard let repair = campaign.target.repair, Bool.random(using: &random) else { return bytes }
    return repair(bytes)
  }

  /// Reads one input, whose file and number are on the disk before.
  private func attempt(_ number: Int, _ input: [UInt8]) throws {
    try "\(number)".write(toFile: "\(folder)/number", atomically: false, encoding: .utf8)
    try Data(input).write(to: URL(fileURLWithPath: "\(folder)/\(campaign.target.file)"))
    alarm(Child.patience)
    defer { alarm(0) }
    do {
      try campaign.target.run(folder)
    } catch let error as any ExitCoded {
      let text = "\(error)"
      guard Child.exitCodes.contains(error.exitCode), !text.isEmpty else {
        throw Finding("exit code \(error.exitCode): \(text)")
      }
      if number < 0 { throw Finding("the seed is refused: \(text)") }
    } catch {
      throw Finding("an error without an exit code, \(type(of: error)): \(error)")
    }
    let peak = Child.peak()
    if peak > Child.memory.fixed + Child.memory.factor * input.count {
      throw Finding("\(peak >> 20) MiB of memory for \(input.count) bytes")
    }
  }

  /// What the README's table says of input that cannot be used.
  private static let exitCodes: Set<Int32> = [64, 65, 66, 70, 71, 73, 74, 78]

  /// Lets the process fail where a reader wants more than it may, unless the address sanitizer sees
  /// to that.
  private func limitMemory() {
    guard ProcessInfo.processInfo.environment["ASAN_OPTIONS"] == nil else { return }
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmSize:") }
    guard let now = line?.split(separator: " ").compactMap({ rlim_t($0) }).first else { return }
    let most = now << 10 + rlim_t(2 * Child.memory.fixed)
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }

  /// The most memory that the process has had.
  private static func peak() -> Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss << 10
  }
}

/// What a reader must not do.
struct Finding: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
