internal import HDF5
internal import Layers

/// The numbers of a run that a checkpoint saves and restores: views of memory that others own.
public struct CheckpointVectors {
  /// The model's parameters, in its layout; padding is neither saved nor restored.
  public let parameters: UnsafeMutableBufferPointer<Float>
  /// Vectors in the same layout, each under a name of one word: moments, the moving average.
  public let moments: [(name: String, values: UnsafeMutableBufferPointer<Float>)]
  /// Further numbers by name, as running means; none of them empty.
  public let statistics: [(name: String, values: UnsafeMutableBufferPointer<Double>)]

  /// Further numbers that older files do not have: what was in memory then stays.
  public let laterStatistics: [(name: String, values: UnsafeMutableBufferPointer<Double>)]

  /// Gathers the vectors of a run.
  ///
  /// - Parameters:
  ///   - parameters: The model's parameters.
  ///   - moments: Vectors in the layout of the parameters.
  ///   - statistics: Further numbers.
  ///   - laterStatistics: Further numbers that older files do not have.
  public init(
    parameters: UnsafeMutableBufferPointer<Float>,
    moments: [(name: String, values: UnsafeMutableBufferPointer<Float>)] = [],
    statistics: [(name: String, values: UnsafeMutableBufferPointer<Double>)] = [],
    laterStatistics: [(name: String, values: UnsafeMutableBufferPointer<Double>)] = []
  ) {
    self.parameters = parameters
    self.moments = moments
    self.statistics = statistics
    self.laterStatistics = laterStatistics
  }

  /// Lists the datasets that hold the vectors, in the order of the file's `index` attributes.
  ///
  /// - Parameter layout: Where each parameter lies in the vectors.
  /// - Returns: One piece per parameter, per moment of a parameter, and per statistic.
  func pieces(_ layout: ParameterLayout) -> [CheckpointPiece] {
    precondition(
      parameters.count == layout.count, "\(parameters.count) parameters for \(layout.count)")
    var pieces = CheckpointVectors.pieces("/parameters", parameters, layout)
    for moment in moments {
      precondition(
        moment.values.count == layout.count,
        "moment \(moment.name) has \(moment.values.count) elements for \(layout.count)")
      pieces += CheckpointVectors.pieces("/optimizer/\(moment.name)", moment.values, layout)
    }
    for (isLater, group) in [(false, statistics), (true, laterStatistics)] {
      pieces += group.map { statistic in
        CheckpointPiece(
          path: "/statistics/\(statistic.name)", shape: [statistic.values.count],
          values: .doubles(statistic.values), isOptional: isLater)
      }
    }
    return pieces
  }

  private static func pieces(
    _ group: String, _ vector: UnsafeMutableBufferPointer<Float>, _ layout: ParameterLayout
  ) -> [CheckpointPiece] {
    layout.entries.map { entry in
      CheckpointPiece(
        path: "\(group)/\(entry.name)", shape: entry.shape,
        values: .floats(UnsafeMutableBufferPointer(rebasing: vector[entry.range])))
    }
  }
}

/// One dataset of a checkpoint and the memory that it is written from or restored to.
struct CheckpointPiece {
  /// The elements.
  enum Values {
    case floats(UnsafeMutableBufferPointer<Float>)
    case doubles(UnsafeMutableBufferPointer<Double>)
  }

  let path: String
  let shape: [Int]
  let values: Values
  /// Whether a file may lack it.
  var isOptional = false

  var type: ElementType {
    switch values {
    case .floats: .float32
    case .doubles: .float64
    }
  }

  /// The elements as the file will hold them: little-endian, as this program's machines are.
  var bytes: UnsafeMutableRawBufferPointer {
    switch values {
    case .floats(let values): UnsafeMutableRawBufferPointer(values)
    case .doubles(let values): UnsafeMutableRawBufferPointer(values)
    }
  }

  /// Writes some rows; collective.
  func write(_ rows: Range<Int>, to dataset: borrowing Dataset) throws(HDF5Error) {
    let part = rows.lowerBound * dataset.rowLength..<rows.upperBound * dataset.rowLength
    switch values {
    case .floats(let values):
      try dataset.write(UnsafeBufferPointer(rebasing: values[part]), rows: rows)
    case .doubles(let values):
      try dataset.write(UnsafeBufferPointer(rebasing: values[part]), rows: rows)
    }
  }
}

#if _endian(big)
#error("Checksums are over little-endian bytes: swap them here before this machine is supported.")
#endif
