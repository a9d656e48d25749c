public import Foundation

/// What a program of this package, run as its users run it, left behind.
public struct ProgramRun {
  /// The exit code; under `mpirun` the first of its ranks' that is not zero.
  public let status: Int32
  /// Standard output and standard error, as they came.
  public let output: String

  /// How many seconds anything may take that a test waits for.
  ///
  /// The longest launch takes half a minute on two cores of its own. Twenty minutes leave room for
  /// a machine that is ten times slower and busy, and end only what would never come.
  public static let limit = 1200

  /// Lines by which Shoal says that something is wrong.
  public var messages: [String] {
    output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("shoal: ") }
  }

  /// Runs a program, under `mpirun` for at most ``limit`` seconds.
  ///
  /// - Parameters:
  ///   - program: The name of an executable of this package.
  ///   - words: Its arguments.
  ///   - ranks: How many ranks under `mpirun`; `nil` for one process without it.
  ///   - folder: The working folder.
  ///   - environment: Variables to set.
  /// - Throws: What keeps the program from being started.
  public init(
    _ program: String, _ words: [String], ranks: Int? = nil, in folder: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    try self.init(
      ProgramRun.process(program, words, ranks: ranks, in: folder), environment: environment)
  }

  /// Runs a program under another launcher than `mpirun`.
  ///
  /// - Parameters:
  ///   - launcher: The launcher.
  ///   - options: Its options.
  ///   - program: The path of the program.
  ///   - words: The program's arguments.
  ///   - folder: The working folder.
  ///   - environment: Variables to set.
  /// - Throws: What keeps the launcher from being started.
  public init(
    launcher: String, _ options: [String], _ program: String, _ words: [String], in folder: String,
    environment: [String: String] = [:]
  ) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [launcher] + options + [program] + words
    process.environment = ProgramRun.environment
    process.standardInput = FileHandle.nullDevice
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try self.init(process, environment: environment)
  }

  private init(_ process: Process, environment: [String: String]) throws {
    process.environment?.merge(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: data, as: UTF8.self)
  }

  /// Prepares a program to be run, for tests that do something to it meanwhile.
  ///
  /// - Parameters:
  ///   - program: The name of an executable of this package.
  ///   - words: Its arguments.
  ///   - ranks: How many ranks under `mpirun`; `nil` for one process without it.
  ///   - launcher: Further options of `mpirun`.
  ///   - folder: The working folder.
  /// - Returns: The process, not yet started.
  /// - Throws: Where there is no such executable.
  public static func process(
    _ program: String, _ words: [String], ranks: Int?, launcher: [String] = [],
    in folder: String?
  ) throws -> Process {
    let path = try path(of: program)
    let process = Process()
    if let ranks {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      let launcher =
        ["mpirun", "--oversubscribe", "--timeout", "\(limit)"] + launcher + ["-n", "\(ranks)"]
      process.arguments = launcher + [path] + words
    } else {
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = words
    }
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    return process
  }

  /// This process's environment, without what MPI set in it where another test started MPI here.
  private static var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !["OMPI_", "PMIX_", "ORTE_", "OPAL_"].contains { name.hasPrefix($0) }
    }
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
    environment["OMP_NUM_THREADS"] = "1"
    return environment
  }

  /// An executable, which the build puts beside the bundle of the tests.
  ///
  /// - Parameter program: Its name.
  /// - Returns: Its path.
  /// - Throws: Where there is none.
  public static func path(of program: String) throws -> String {
    var folder = Bundle.main.bundleURL
    for _ in 0..<4 {
      let file = folder.appendingPathComponent(program)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if exists, !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: file.path) {
        return file.path
      }
      folder.deleteLastPathComponent()
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
