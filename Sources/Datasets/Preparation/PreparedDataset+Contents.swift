internal import Files
internal import Foundation
internal import HDF5

extension PreparedDataset {
  /// What a prepared file says of itself, checked against what is in it.
  struct Contents {
    let name: String
    let height: Int
    let width: Int
    let provenance: String
    let isLabelled: Bool
    /// Empty in files of version 0.1, as are the notes.
    let samplesDigest: String
    let notes: [String]
    private(set) var counts = (training: 0, validation: 0)
    private(set) var energies = (training: 0.0, validation: 0.0)

    init(_ file: borrowing File) throws(DatasetError) {
      let version = try Contents.integer(file, "format_version")
      guard version == PreparationOptions.formatVersion else {
        throw .unexpectedValue(
          path: file.path, what: "format_version", found: "\(version)",
          expected: "\(PreparationOptions.formatVersion)")
      }
      name = try Contents.text(file, "name")
      height = try Contents.integer(file, "height")
      width = try Contents.integer(file, "width")
      guard (1...1 << 15).contains(height), (1...1 << 15).contains(width) else {
        throw .unexpectedValue(
          path: file.path, what: "height or width", found: "\([height, width])",
          expected: "1 to \(1 << 15)")
      }
      provenance = try Contents.text(file, "provenance")
      isLabelled = try Contents.reading(file.path) { () throws(HDF5Error) in
        try file.contains("/train/labels")
      }
      samplesDigest = try Contents.optionalText(file, "data_sha256")
      let text = Data(try Contents.optionalText(file, "notes").utf8)
      notes = (try? JSONDecoder().decode([String].self, from: text)) ?? []
      energies = (
        try Contents.real(file, "energy_train"), try Contents.real(file, "energy_validation")
      )
      counts = (try count(file, .training), try count(file, .validation))
    }

    /// The samples of a part, once its datasets are known to be of the right types and shapes.
    private func count(_ file: borrowing File, _ part: Part) throws(DatasetError) -> Int {
      let pixels = height * width
      let images = try Contents.shape(file, "/\(part.rawValue)/images", .float32)
      guard images.count == 2, images[1] == pixels, images[0] > 0 else {
        throw .unexpectedValue(
          path: file.path, what: "the shape of /\(part.rawValue)/images", found: "\(images)",
          expected: "[samples, \(pixels)]")
      }
      // Else memory would be asked for what the file cannot hold.
      let size = (try? FileStamp(file.path))?.byteCount ?? 0
      guard Double(images[0]) * Double(pixels) * 4 <= Double(size) else {
        throw .damaged(
          path: file.path,
          reason: "not a whole prepared data set: \(size) bytes are too few for "
            + "\(images[0]) samples")
      }
      guard isLabelled else { return images[0] }
      let labels = try Contents.shape(file, "/\(part.rawValue)/labels", .uint8)
      guard labels == [images[0]] else {
        throw .unexpectedValue(
          path: file.path, what: "the shape of /\(part.rawValue)/labels", found: "\(labels)",
          expected: "\([images[0]])")
      }
      return images[0]
    }

    private static func shape(
      _ file: borrowing File, _ dataset: String, _ type: ElementType
    ) throws(DatasetError) -> [Int] {
      let (found, shape) = try reading(file.path) { () throws(HDF5Error) in
        let dataset = try file.dataset(dataset)
        return (dataset.type, dataset.shape)
      }
      guard found == type else {
        throw .unexpectedValue(
          path: file.path, what: "the type of \(dataset)", found: found.rawValue,
          expected: type.rawValue)
      }
      return shape
    }

    private static func text(
      _ file: borrowing File, _ name: String
    ) throws(DatasetError) -> String {
      let value = try attribute(file, name)
      guard case .text(let text) = value else { throw wrongKind(file, name, value, "a text") }
      return text
    }

    private static func optionalText(
      _ file: borrowing File, _ name: String
    ) throws(DatasetError) -> String {
      let exists = try reading(file.path) { () throws(HDF5Error) in
        try file.hasAttribute(name, of: "/")
      }
      return exists ? try text(file, name) : ""
    }

    private static func integer(
      _ file: borrowing File, _ name: String
    ) throws(DatasetError) -> Int {
      let value = try attribute(file, name)
      guard case .integer(let number) = value else {
        throw wrongKind(file, name, value, "an integer")
      }
      return Int(number)
    }

    private static func real(
      _ file: borrowing File, _ name: String
    ) throws(DatasetError) -> Double {
      let value = try attribute(file, name)
      guard case .real(let number) = value else { throw wrongKind(file, name, value, "a real") }
      return number
    }

    private static func attribute(
      _ file: borrowing File, _ name: String
    ) throws(DatasetError) -> AttributeValue {
      try reading(file.path) { () throws(HDF5Error) in try file.attribute(name, of: "/") }
    }

    private static func wrongKind(
      _ file: borrowing File, _ name: String, _ value: AttributeValue, _ expected: String
    ) -> DatasetError {
      .unexpectedValue(
        path: file.path, what: "attribute \(name)", found: "\(value)", expected: expected)
    }

    /// What HDF5 cannot find here means that the file is not a prepared data set.
    private static func reading<R>(
      _ path: String, _ body: () throws(HDF5Error) -> R
    ) throws(DatasetError) -> R {
      do throws(HDF5Error) {
        return try body()
      } catch {
        throw PreparedDataset.damage(path, error)
      }
    }
  }
}
