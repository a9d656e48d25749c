import Foundation

/// What a command line says about a sweep, beyond its file.
public struct SweepOptions {
  /// The sweep's folder.
  public var folder: String
  /// Whether a sweep that is there already goes on.
  public var resumes = true
  /// Folders that may hold original data files.
  public var searchFolders: [String] = []
  /// When the sweep must have ended, in time saved; `nil` for no limit.
  public var timeLimit: TimeLimit?
  /// Whether the launcher lets the other ranks live when one dies.
  public var toleratesLosses = false
  /// How long ranks of a group wait for one another; zero for ever.
  public var stallTimeout = Duration.zero
  /// The Slurm job or array task, and how often it was begun again.
  public var job: (name: String, restarts: Int)?

  /// Names the folder.
  ///
  /// - Parameter folder: The sweep's folder.
  public init(folder: String) { self.folder = folder }
}

/// The names of what a sweep leaves.
struct SweepFolder {
  /// The folder.
  let path: String

  /// The sweep's file as it was given, with the words of the command line.
  var definition: String { "\(path)/sweep.yaml" }
  /// The page that shows the sweep.
  var page: String { "\(path)/sweep.html" }
  /// The table of all trials.
  var table: String { "\(path)/table.csv" }
  /// The table for a paper.
  var latex: String { "\(path)/table.tex" }
  /// The journal as Optuna writes it.
  var optuna: String { "\(path)/optuna.log" }
  /// Where prepared data lie, unless the configuration says.
  var prepared: String { "\(path)/prepared" }

  /// The journal, from which all else could be made again.
  var journal: String { "\(path)/journal.jsonl" }
  /// Where whoever changes the journal takes turns.
  var turns: String { "\(path)/turns" }

  /// Sees whether the folder is one for a sweep: there is none yet, or it is empty, or holds one.
  ///
  /// - Throws: ``RunFolderError/foreign(path:names:)``, ``RunFolderError/notAFolder(path:)``.
  func checkIsForSweep() throws(RunFolderError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    if !isFolder.boolValue { throw .notAFolder(path: path) }
    if [journal, turns].contains(where: FileManager.default.fileExists) { return }
    try RunFolder(path).checkIsEmpty(but: ["sweep.sbatch", "sweep.yaml", "trials", "prepared"])
  }

  /// The folder of a trial's run.
  func trial(_ number: Int) -> String {
    let digits = "\(number)"
    return "\(path)/trials/" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
