import Foundation

/// Starts the process that reads, and says how it ended.
struct Supervisor {
  /// Names the child's folder; set in the child alone.
  static let childVariable = "SHOAL_FUZZ_FOLDER"

  private let campaign: Campaign

  init(_ campaign: Campaign) { self.campaign = campaign }

  /// Runs the campaign.
  ///
  /// - Returns: 0 where nothing was found, else 1, after a line with all that repeats it.
  func run() throws -> Int32 {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("shoal-fuzz-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = Array(CommandLine.arguments.dropFirst())
    process.environment = environment(folder)
    try process.run()
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    if !isSignal, process.terminationStatus == 0 { return 0 }
    let number = Int(text("\(folder)/number")) ?? 0
    let kept = "\(campaign.keep)/fuzz-\(campaign.target.name)-\(campaign.seed)-\(number)"
    try? FileManager.default.removeItem(atPath: kept)
    try? FileManager.default.copyItem(atPath: "\(folder)/\(campaign.target.file)", toPath: kept)
    let end =
      isSignal
      ? "signal \(process.terminationStatus)\(process.terminationStatus == SIGALRM ? ", a hang" : "")"
      : process.terminationStatus == Child.found
        ? text("\(folder)/found") : "exit code \(process.terminationStatus)"
    print("\(campaign.target.name): seed \(campaign.seed), mutation \(number): \(end)")
    print("  again: \(campaign.command(for: number)); the input: \(kept)")
    return 1
  }

  private func text(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  private func environment(_ folder: String) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { name, _ in
      !["OMPI_COMM", "PMIX_", "ORTE_", "OPAL_"].contains { name.hasPrefix($0) }
    }
    environment[Supervisor.childVariable] = folder
    environment["OMP_NUM_THREADS"] = "1"
    environment["OPENBLAS_NUM_THREADS"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    return environment
  }
}
