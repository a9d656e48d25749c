internal import HDF5

extension Checkpoint {
  /// Reads the statistics of a checkpoint without knowing its model, on this process alone.
  ///
  /// - Parameter path: The file.
  /// - Returns: The numbers by name.
  /// - Throws: ``CheckpointError`` where the file is damaged.
  public static func readStatistics(
    _ path: String
  ) throws(CheckpointError) -> [String: [Double]] {
    let reading = try CheckpointReading(path)
    let group = "/statistics/"
    var statistics: [String: [Double]] = [:]
    for entry in reading.listing.entries where entry.path.hasPrefix(group) {
      if entry.type != .float64 || entry.shape.count != 1 {
        throw .damaged(path: path, reason: "\(entry.path) holds \(entry.type) \(entry.shape)")
      }
      var values = [Double](repeating: 0, count: entry.shape[0])
      try values.withUnsafeMutableBufferPointer { (values) throws(CheckpointError) in
        let piece = CheckpointPiece(
          path: entry.path, shape: entry.shape, values: .doubles(values))
        try reading.restore(piece, into: piece.bytes)
      }
      statistics[String(entry.path.dropFirst(group.count))] = values
    }
    return statistics
  }
}
