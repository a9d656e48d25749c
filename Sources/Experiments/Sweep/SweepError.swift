public import MPI

/// Why a sweep cannot begin or go on.
public enum SweepError: ExitCoded, Equatable, CustomStringConvertible {
  /// A folder holds a sweep that was not to be continued.
  case folderInUse(String)
  /// A folder holds another sweep.
  case differs(path: String, differences: [String])
  /// The journal has a line after which nothing can be written.
  case journal(place: String, problem: String)
  /// Fewer ranks than one trial shall have.
  case tooFewRanks(found: Int, perTrial: Int)
  /// A metric that trials of this sweep do not have.
  case noObjective(name: String, known: [String])
  /// A trial failed, and the sweep was to end then.
  case aborted(trial: Int, error: String)
  /// No trial came to its end.
  case allFailed(count: Int, first: String)

  /// The exit code of sysexits.
  public var exitCode: Int32 {
    switch self {
    case .folderInUse: 73
    case .journal: 65
    case .differs, .tooFewRanks, .noObjective: 78
    case .aborted, .allFailed: 70
    }
  }

  /// One line that says what was found and what to do.
  public var description: String {
    switch self {
    case .folderInUse(let path):
      "\(path) holds a sweep already: choose another --run-dir, or let it go on with --resume auto"
    case .differs(let path, let differences):
      "\(path) holds a sweep with other settings (\(differences.joined(separator: "; "))): "
        + "choose another --run-dir, or give it the same settings"
    case .journal(let place, let problem): "\(place): \(problem)"
    case .tooFewRanks(let found, let perTrial):
      "sweep.ranks_per_trial is \(perTrial), but there \(found == 1 ? "is 1 rank" : "are \(found) ranks")"
    case .noObjective(let name, let known):
      "sweep.objective is \(name); trials have \(known.joined(separator: ", "))"
        + (nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? "")
    case .aborted(let trial, let error):
      "trial \(trial) failed, and sweep.on_trial_failure is abort: \(error)"
    case .allFailed(let count, let first): "all \(count) trials failed, the first with: \(first)"
    }
  }
}
