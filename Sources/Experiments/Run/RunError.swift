public import MPI

/// Why a run cannot start or go on.
public enum RunError: ExitCoded, Equatable, CustomStringConvertible {
  /// A folder holds a run that was not to be continued.
  case folderInUse(String)
  /// A folder has no checkpoint that could be used.
  case noCheckpoint(path: String, damaged: [String])
  /// A path is not the folder of a run.
  case noRun(path: String, reason: String)
  /// The data are not those that a checkpoint was trained on.
  case otherData(checkpoint: String, found: String, expected: String)
  /// A number became infinite or none.
  case diverged(reason: String, lastCheckpoint: String?)
  /// Ranks that must hold the same numbers do not.
  case replicasDiffer(reason: String, lastCheckpoint: String?)
  /// A name of something that does not exist, and what there is.
  case unknownName(kind: String, String, known: [String])

  /// Metrics that exist, but not for this model on these data.
  case noSuchMetric(names: [String], known: [String])
  /// A model that cannot be sampled.
  case noPrior(family: String)

  /// The exit code of sysexits.
  public var exitCode: Int32 {
    switch self {
    case .folderInUse: 73
    case .noCheckpoint(_, let damaged): damaged.isEmpty ? 66 : 65
    case .noRun: 66
    case .otherData: 65
    case .diverged: 70
    case .replicasDiffer: 71
    case .unknownName: 64
    case .noSuchMetric: 64
    case .noPrior: 64
    }
  }

  /// One line that says what was found and what to do.
  public var description: String {
    switch self {
    case .folderInUse(let path):
      "\(path) holds a run already: choose another --run-dir, or let it go on with --resume auto"
    case .noCheckpoint(let path, let damaged):
      damaged.isEmpty
        ? "\(path) holds no checkpoint"
        : "\(path) holds no valid checkpoint: \(damaged.joined(separator: "; "))"
    case .noRun(let path, let reason): "\(path) is no run's folder: \(reason)"
    case .otherData(let checkpoint, let found, let expected):
      "\(checkpoint) was trained on \(expected), not on \(found): give it its data back, or train "
        + "on these in another --run-dir"
    case .diverged(let reason, let lastCheckpoint),
      .replicasDiffer(let reason, let lastCheckpoint):
      "\(reason); "
        + (lastCheckpoint.map { "the last checkpoint is \($0)" }
          ?? "there is no checkpoint yet")
    case .unknownName(let kind, let name, let known):
      "there is no \(kind) \(name)"
        + (nearestName(to: name, among: known).map { "; did you mean \($0)?" }
          ?? "; there are \(known.joined(separator: ", "))")
    case .noPrior(let family):
      "a model of the family \(family) has no prior to draw samples from"
    case .noSuchMetric(let names, let known):
      "\(names.joined(separator: ", ")): this model on these data has none of them (classifiers need labels, "
        + "Gabor fits a linear decoder)"
        + (known.isEmpty ? "" : "; it has \(known.joined(separator: ", "))")
    }
  }
}
