public import MPI
public import Tensors

/// The Gabor fits of a dictionary's elements.
public struct ReceptiveFields: Sendable {
  /// One fit an element; `nil` for a constant one.
  public let fits: [GaborFit?]

  /// The share of all elements that a Gabor function explains well; see ``GaborFit/isGood``.
  public var goodShare: Double {
    Double(fits.count { $0?.isGood ?? false }) / Double(max(1, fits.count))
  }

  /// The variance that the fits explain, averaged over all elements; 0 for a constant one.
  public var meanExplained: Double {
    fits.reduce(0) { $0 + ($1?.explained ?? 0) } / Double(max(1, fits.count))
  }

  /// Fits the elements on all ranks; the result is the same on any number of them.
  ///
  /// - Parameters:
  ///   - dictionary: Elements as columns, shape [height·width, elements].
  ///   - height: Rows of an element.
  ///   - width: Columns of an element.
  ///   - communicator: The ranks that share the work; all must call this.
  /// - Throws: `MPIError`.
  public init(
    _ dictionary: Matrix, height: Int, width: Int, on communicator: Communicator
  ) throws(MPIError) {
    let count = dictionary.columns
    let values = AlignedBuffer<Double>(count: count * GaborFit.valueCount, repeating: 0)
    for element in 0..<count where element % communicator.size == communicator.rank {
      let pixels = (0..<dictionary.rows).map { dictionary.elements[$0 * count + element] }
      guard let fit = GaborFit.fit(pixels, height: height, width: width) else { continue }
      let start = element * GaborFit.valueCount
      for (place, value) in fit.values.enumerated() { values.elements[start + place] = value }
    }
    try communicator.allReduce(values.elements, .sum)
    fits = (0..<count).map { element in
      let start = element * GaborFit.valueCount
      return GaborFit(values: Array(values.view(start..<start + GaborFit.valueCount)))
    }
  }
}

extension GaborFit {
  /// Numbers that a fit is sent as.
  static let valueCount = 9

  /// All numbers of the fit.
  var values: [Double] {
    [
      center.row, center.column, orientation, frequency, phase, widths.along, widths.across,
      amplitude, explained,
    ]
  }

  /// Reads a fit from its numbers; `nil` where all are zero.
  init?(values: [Double]) {
    guard values.contains(where: { $0 != 0 }) else { return nil }
    self.init(
      center: (values[0], values[1]), orientation: values[2], frequency: values[3],
      phase: values[4], widths: (values[5], values[6]), amplitude: values[7],
      explained: values[8])
  }
}
