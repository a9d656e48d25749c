import Datasets
public import Foundation
import Models
import Reporting
import Training

/// Follows a run that goes on elsewhere, by what it leaves in its folder.
public struct RunWatch {
  /// Silence that is never worth a word, in seconds.
  private static let patience = 30.0
  /// Silence before there are two lines that is worth one: data may have to be prepared.
  private static let firstPatience = 300.0

  private let folder: RunFolder
  private let configuration: RunConfiguration
  private let begun: Date?
  private var follower: MetricsFollower
  private var grown: Date?
  private var result: RunResult?

  /// Finds a run.
  ///
  /// - Parameter path: Its folder.
  /// - Throws: ``RunError/noRun(path:reason:)`` where no run was begun; ``ConfigurationError``.
  public init(_ path: String) throws {
    folder = RunFolder(path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunError.noRun(path: path, reason: "there is no such folder")
    }
    guard FileManager.default.fileExists(atPath: folder.configuration) else {
      throw RunError.noRun(path: path, reason: "it has no config.yaml")
    }
    configuration = try ResolvedConfiguration(savedAt: folder.configuration).run
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.configuration)
    begun = attributes?[.modificationDate] as? Date
    follower = MetricsFollower(folder.metrics)
  }

  /// How the run ended, in a line; `nil` while it goes on.
  public var outcome: String? { result?.line }

  /// Reads what has been added and draws the run.
  ///
  /// - Parameters:
  ///   - now: The time.
  ///   - size: The terminal's columns and rows.
  ///   - isColored: Whether sequences for color and bold may be used.
  /// - Returns: At most as many lines as there are rows.
  /// - Throws: ``RunFolderError`` where the run's log cannot be read.
  public mutating func draw(
    now: Date, size: (columns: Int, rows: Int), isColored: Bool
  ) throws(RunFolderError) -> [String] {
    try screen(now: now).lines(width: size.columns, height: size.rows, isColored: isColored)
  }

  /// Reads what has been added and says what is to be shown.
  ///
  /// - Parameter now: The time.
  /// - Returns: The run as it is now.
  /// - Throws: ``RunFolderError`` where its log cannot be read.
  mutating func screen(now: Date) throws(RunFolderError) -> RunScreen {
    // Looked for first: the log is complete when the summary is there.
    let summary = RunResult(of: folder.summary)
    let isFirst = follower.written == nil
    if try follower.poll(), !isFirst { grown = now }
    let pace = RunPace(configuration, follower.lines)
    // A run that was lengthened has the summary of its earlier end until it gets to the new one.
    let end = max(pace.step, pace.totalSteps ?? 0)
    result = summary.flatMap { $0.step >= end ? $0 : nil }
    return RunScreen(
      title: title, fraction: result == nil ? pace.fraction : 1, place: place(pace),
      pace: speed(pace, now), notice: outcome ?? silence(pace, now), curves: curves)
  }

  private var title: String {
    let model = configuration.model
    return "\(folder.path)   \(model.family.rawValue) <\(model.encoder.rawValue)|"
      + "\(model.decoder.rawValue)>, \(model.latents) latents, \(configuration.training.method.rawValue), "
      + "\(configuration.data.name.rawValue)"
  }

  private func place(_ pace: RunPace) -> [String] {
    guard !follower.lines.isEmpty else { return ["no step logged yet"] }
    let total = pace.totalSteps.map { "/\($0)" } ?? ""
    return ["step \(pace.step)\(total)", "epoch \(pace.epoch)/\(pace.totalEpochs)"]
  }

  private func speed(_ pace: RunPace, _ now: Date) -> [String] {
    let past = follower.lines.last?.seconds.map { "\(durationText($0)) trained" }
    let speed = pace.samplesPerSecond.map { String(format: "%.0f samples/s", $0) }
    if result != nil { return [past, speed].compactMap(\.self) }
    let age = age(now).map { "last line \(durationText($0)) ago" }
    return ["\(durationText(pace.secondsLeft ?? -1)) left"] + [speed, past, age].compactMap(\.self)
  }

  /// Seconds since the last line.
  ///
  /// By this machine's clock alone where a line came meanwhile, since that of a file server may
  /// differ.
  private func age(_ now: Date) -> Double? {
    (grown ?? follower.written).map { max(0, now.timeIntervalSince($0)) }
  }

  /// Says that nothing comes any more.
  private func silence(_ pace: RunPace, _ now: Date) -> String? {
    if follower.lines.isEmpty {
      let wait = begun.map(now.timeIntervalSince) ?? 0
      return wait > Self.firstPatience
        ? "no line since the start, \(durationText(wait)) ago: the run prepares much data, or does not go on"
        : nil
    }
    let patience = pace.longestGap.map { max(Self.patience, 5 * $0) } ?? Self.firstPatience
    guard let age = age(now), age > patience else { return nil }
    let before = pace.longestGap.map {
      ", where one came at least every \(durationText($0.rounded(.up))) before"
    }
    return "no new line for \(durationText(age))\(before ?? ""): the run seems not to go on"
  }

  private var curves: [Curve] {
    let isSparseCoding = configuration.model.family.isSparseCoding
    return [
      curve("training loss", .step, \.loss),
      isSparseCoding
        ? curve("validation energy", .validation, \.energy)
        : curve("validation NELBO", .validation, \.nelbo),
      curve("validation MSE", .validation, \.mse),
      isSparseCoding
        ? curve("validation L1 norm", .validation, \.norm)
        : curve("validation KL", .validation, \.kl),
    ]
  }

  private func curve(
    _ name: String, _ kind: MetricsLine.Kind, _ value: KeyPath<MetricsLine, Double?>
  ) -> Curve {
    Curve(
      name,
      follower.lines.compactMap { line in
        guard line.kind == kind, let number = line[keyPath: value] else { return nil }
        return Curve.Point(step: line.step, value: number)
      })
  }
}
