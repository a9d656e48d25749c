import Files
import Foundation

/// How a finished run ended, by its summary.
struct RunResult: Decodable, Equatable {
  var step: Int
  var nelbo: Double?
  var energy: Double?
  var mse: Double?
  var kl: Double?
  var seconds: Double?

  enum CodingKeys: String, CodingKey {
    case step
    case nelbo
    case energy
    case mse
    case kl
    case seconds = "wall_seconds"
  }

  /// Reads a summary, if there is one that can be understood.
  init?(of path: String) {
    guard let bytes = try? RegularFile.contents(of: path),
      let result = try? JSONDecoder().decode(RunResult.self, from: Data(bytes)),
      result.step.isCount
    else { return nil }
    self = result
  }

  /// One line with the result.
  var line: String {
    let numbers = [nelbo, mse, kl].map { $0.map(formatted) ?? "?" }
    let result =
      energy.map { "energy \(formatted($0)), squared error \(numbers[1])" }
      ?? "\(numbers[0]) = \(numbers[1]) + \(numbers[2])"
    return "finished at step \(step): validation \(result)"
      + (seconds.map { ", in \(durationText($0))" } ?? "")
  }
}
