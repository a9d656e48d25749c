import Foundation

/// What the leader of a group tells its ranks to do.
enum TrialOrder: Codable {
  /// Train a trial to the end of a rung.
  case train(trial: Int, rung: Int, TrialPlan, secondsLeft: Double?)
  /// Ask again in a moment.
  case wait
  /// There is no work left.
  case end
  /// The sweep stops here, and can go on later.
  case stop

  /// Reads ``text``.
  init(_ text: String) throws {
    self = try JSONDecoder().decode(TrialOrder.self, from: Data(text.utf8))
  }

  /// As it is sent.
  func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
}

/// How a part of a trial ended.
enum TrialOutcome {
  case reached(TrialMeasurement)
  case failed(TrialFailure)
  /// Told to stop, and saved.
  case released(seconds: Double)
}
