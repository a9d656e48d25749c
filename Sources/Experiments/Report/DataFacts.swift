import Datasets
import Foundation
import Reporting

/// What a run's data are and where they come from.
struct DataFacts {
  /// Facts in a few words, by name.
  let entries: [(name: String, value: String)]
  /// The original files: name, bytes, SHA-256.
  let files: [[String]]
  /// How the samples were made, as JSON.
  let options: String

  /// Takes what a prepared data set says of itself.
  init(_ data: borrowing PreparedDataset) {
    let parsed = try? JSONSerialization.jsonObject(with: Data(data.provenance.utf8))
    let members = parsed as? [String: Any] ?? [:]
    let listed = members["files"] as? [[String: Any]] ?? []
    let files = listed.map { file in
      [
        file["name"] as? String ?? "", "\(file["bytes"] as? Int ?? 0)",
        file["sha256"] as? String ?? "",
      ]
    }
    let options = members["options"].flatMap {
      try? JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys, .prettyPrinted])
    }
    self.files = files
    self.options = options.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let folder = members["folder"] as? String
    entries = [
      ("Data set", "\(data.name), \(data.height) × \(data.width) pixels"),
      (
        "Training images",
        "\(NumberText.grouped(data.trainingCount)), mean energy \(formatted(data.trainingEnergy))"
      ),
      (
        "Validation images",
        "\(NumberText.grouped(data.validationCount)), mean energy \(formatted(data.validationEnergy))"
      ), ("Made from", folder.map { "\(files.count) files in \($0)" } ?? "made on the spot"),
      ("Prepared file", data.path),
    ]
  }
}
