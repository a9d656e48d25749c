internal import Foundation

/// Finds out whether this process's stdout is in the end a terminal.
///
/// `isatty` alone does not tell: Open MPI gives the ranks of its own node a pseudo-terminal even
/// where the stdout of `mpirun` is a file. Below a launcher the launcher's stdout is therefore
/// what counts, as far as this process's own leads there.
public struct TerminalDetection {
  /// What a process's stdout is.
  enum Output {
    case terminal
    case pipe
    case other
  }

  private static let launchers: Set<String> = ["mpirun", "orterun", "prterun", "orted", "prted"]

  private let processes: String
  private let process: Int
  private let output: Output

  /// Looks at this process.
  public init() {
    var status = stat()
    let isPipe = fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    self.init(
      processes: "/proc", process: Int(getpid()),
      output: isatty(STDOUT_FILENO) != 0 ? .terminal : isPipe ? .pipe : .other)
  }

  /// Looks at a process of a tree like `/proc`.
  init(processes: String, process: Int, output: Output) {
    self.processes = processes
    self.process = process
    self.output = output
  }

  /// Whether what this process prints appears on a terminal.
  public var isTerminal: Bool { terminal != nil }

  /// The terminal's columns; 80 where it does not say, or where there is none.
  public var width: Int { size.columns }

  /// The terminal's columns and rows; 80 and 24 where it does not say, or where there is none.
  public var size: (columns: Int, rows: Int) {
    let unknown = (columns: 80, rows: 24)
    guard let terminal else { return unknown }
    let descriptor = open(terminal, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 { return unknown }
    defer { close(descriptor) }
    var size = winsize()
    let code = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
    return code == 0 && size.ws_col > 0 && size.ws_row > 0
      ? (Int(size.ws_col), Int(size.ws_row)) : unknown
  }

  /// A path that opens the terminal; `nil` where there is none.
  private var terminal: String? {
    guard let launcher = launcher else {
      return output == .terminal ? "\(processes)/\(process)/fd/1" : nil
    }
    // A pipe may lead anywhere, unless the launcher itself has made it, as Open MPI does where
    // it was built without pseudo-terminals.
    guard output == .terminal || (output == .pipe && launcher.isParent) else { return nil }
    let stdout = "\(processes)/\(launcher.process)/fd/1"
    guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: stdout)
    else { return nil }
    return target.hasPrefix("/dev/pts/") || target.hasPrefix("/dev/tty") ? stdout : nil
  }

  /// The nearest launcher above this process, across wrappers such as a shell script.
  private var launcher: (process: Int, isParent: Bool)? {
    var isParent = true
    var child = process
    while let parent = parent(of: child), parent > 0 {
      if let name = read(parent, "comm"), Self.launchers.contains(name) {
        return (parent, isParent)
      }
      isParent = false
      child = parent
    }
    return nil
  }

  /// The fourth word of `stat`; the second, the name, stands in parentheses and may hold any.
  private func parent(of process: Int) -> Int? {
    guard let line = read(process, "stat"), let name = line.lastIndex(of: ")") else { return nil }
    let words = line[line.index(after: name)...].split(separator: " ")
    return words.count > 1 ? Int(words[1]) : nil
  }

  private func read(_ process: Int, _ file: String) -> String? {
    let text = try? String(contentsOfFile: "\(processes)/\(process)/\(file)", encoding: .utf8)
    return text?.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
