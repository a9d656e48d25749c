import Foundation

/// A process, so that others can find out whether it still lives.
struct ProcessIdentity: Codable, Sendable, Equatable {
  /// The machine and the part of it in which process numbers mean the same.
  let machine: String
  /// The number.
  let number: Int32
  /// When it was started, in the kernel's count, since numbers are used again; 0 where unknown.
  let start: UInt64

  /// This process.
  static let own = ProcessIdentity(
    machine: ownMachine, number: getpid(), start: startTime(of: getpid()) ?? 0)

  /// Whether the process is known to have ended; one of another machine never is.
  var isGone: Bool {
    guard machine == ProcessIdentity.own.machine else { return false }
    if kill(number, 0) != 0 { return errno == ESRCH }
    guard let now = ProcessIdentity.startTime(of: number), start > 0 else { return false }
    return now != start
  }

  /// The host's name.
  var host: String { String(machine.prefix { $0 != "/" }) }

  /// One line.
  var text: String { "\(machine) \(number) \(start)" }

  /// Reads ``text``, behind which more may stand.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count >= 3, let number = Int32(words[1]), let start = UInt64(words[2]) else {
      return nil
    }
    self.init(machine: String(words[0]), number: number, start: start)
  }

  init(machine: String, number: Int32, start: UInt64) {
    (self.machine, self.number, self.start) = (machine, number, start)
  }

  /// Host, boot and, in containers, the space of process numbers.
  private static let ownMachine: String = {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    let host = ProcessInfo.processInfo.hostName
    return [host, boot?.trimmingCharacters(in: .whitespacesAndNewlines), space]
      .compactMap { $0 }.joined(separator: "/").replacing(" ", with: "")
  }()

  /// When a process was started, by the 22nd field of `/proc/PID/stat`.
  ///
  /// Of a process that is dead but not yet waited for, 0.
  private static func startTime(of number: Int32) -> UInt64? {
    guard let fields = status(of: number), fields.count > 19 else { return nil }
    return ["Z", "X"].contains(fields[0]) ? 0 : UInt64(fields[19])
  }

  /// The parent of a process of this machine, by the 4th field.
  static func parent(of number: Int32) -> Int32? {
    status(of: number).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
  }

  /// The fields of `/proc/PID/stat` from the third on; the second, in brackets, may hold blanks.
  private static func status(of number: Int32) -> [Substring]? {
    guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      let bracket = stat.lastIndex(of: ")")
    else { return nil }
    return stat[stat.index(after: bracket)...].split(separator: " ")
  }
}
