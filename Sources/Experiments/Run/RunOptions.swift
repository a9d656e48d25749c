/// What a command line says about a run, beyond its configuration.
public struct RunOptions {
  /// How a run folder that holds a run already is treated.
  public enum Resume: Sendable, Equatable {
    /// Continue from the newest valid checkpoint, if there is one.
    case auto
    /// Start anew, in a folder that holds no run.
    case never
    /// Continue from a given checkpoint.
    case from(String)
  }

  /// The run's folder.
  public var folder: String
  /// How a run that is there already is treated.
  public var resume: Resume
  /// Folders that may hold original data files.
  public var searchFolders: [String]
  /// When the run must have ended, in time saved; `nil` for no limit.
  public var timeLimit: TimeLimit?
  /// Whether the launcher lets the other ranks live when one dies.
  public var toleratesLosses: Bool
  /// Whether whoever trains goes on with other ranks when one dies: checkpoints are then not
  /// written by all ranks together, since one that dies within MPI-IO takes the others with it.
  var outlivesRanks = false
  /// The Slurm job or array task, and how often it was begun again.
  public var job: (name: String, restarts: Int)?
  /// Whether the run is a trial of a sweep, whose journal says who trains it.
  var isTrial = false

  /// Collects what the command line says.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - resume: How a run that is there already is treated.
  ///   - searchFolders: Folders that may hold original data files.
  ///   - timeLimit: When the run must have ended.
  ///   - toleratesLosses: Whether the launcher lets the other ranks live when one dies.
  public init(
    folder: String, resume: Resume = .auto, searchFolders: [String] = [],
    timeLimit: TimeLimit? = nil, toleratesLosses: Bool = false
  ) {
    self.folder = folder
    self.resume = resume
    self.searchFolders = searchFolders
    self.timeLimit = timeLimit
    self.toleratesLosses = toleratesLosses
  }
}
