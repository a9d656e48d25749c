public import MPI
public import Tensors

/// The Gabor fits of a dictionary's elements.
public struct ReceptiveFields: Sendable {
  /// The number of elements in the dictionary.
  public let elementCount: Int
  /// The elements that were fitted, in ascending order.
  public let elements: [Int]
  /// One fit for each of those; `nil` for a constant one.
  public let fits: [GaborFit?]

  /// The share of the fitted elements that a Gabor function explains well; see ``GaborFit/isGood``.
  public var goodShare: Double {
    Double(fits.count { $0?.isGood ?? false }) / Double(max(1, fits.count))
  }

  /// The variance that the fits explain, averaged over the fitted elements; 0 for a constant one.
  public var meanExplained: Double {
    fits.reduce(0) { $0 + ($1?.explained ?? 0) } / Double(max(1, fits.count))
  }

  /// The fit of one element.
  ///
  /// - Parameter element: Its number in the dictionary.
  /// - Returns: `nil` for an element that is constant, or was not fitted.
  public func fit(of element: Int) -> GaborFit? {
    elements.firstIndex(of: element).flatMap { fits[$0] }
  }

  /// How many elements of a size can be fitted in some 15 s on one rank: 512 of 16 × 16 pixels.
  ///
  /// - Parameter pixels: Pixels of an element.
  /// - Returns: At least 1.
  public static func quickCount(pixels: Int) -> Int { max(1, (1 << 17) / max(1, pixels)) }

  /// Fits the elements on all ranks; the result is the same on any number of them.
  ///
  /// - Parameters:
  ///   - dictionary: Elements as columns, shape [height·width, elements].
  ///   - height: Rows of an element.
  ///   - width: Columns of an element.
  ///   - limit: The most elements that are fitted; of more, as many at equal distances.
  ///   - communicator: The ranks that share the work; all must call this.
  ///   - progress: Is told how many of how many elements are done.
  ///   - isCancelled: Asked on every rank a few times in a second; one that says yes ends the work.
  /// - Returns: The fits; `nil` on all ranks where one cancelled them.
  /// - Throws: `MPIError`.
  public static func fit(
    _ dictionary: Matrix, height: Int, width: Int, limit: Int = .max,
    on communicator: Communicator, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in },
    isCancelled: () -> Bool = { false }
  ) throws(MPIError) -> ReceptiveFields? {
    let elements = sample(of: dictionary.columns, limit)
    let values = AlignedBuffer<Double>(count: elements.count * GaborFit.valueCount, repeating: 0)
    let perRound = communicator.size * fitsBetweenQuestions
    for start in stride(from: 0, to: elements.count, by: perRound) {
      let round = start..<min(start + perRound, elements.count)
      for index in round where index % communicator.size == communicator.rank {
        let element = elements[index]
        let pixels = (0..<dictionary.rows).map {
          dictionary.elements[$0 * dictionary.columns + element]
        }
        guard let fit = GaborFit.fit(pixels, height: height, width: width) else { continue }
        let place = index * GaborFit.valueCount
        for (i, value) in fit.values.enumerated() { values.elements[place + i] = value }
      }
      let cancelled: Int32 = try communicator.allReduce(isCancelled() ? 1 : 0, .maximum)
      if cancelled != 0 { return nil }
      progress(round.upperBound, elements.count)
    }
    try communicator.allReduce(values.elements, .sum)
    let fits = elements.indices.map { index in
      let place = index * GaborFit.valueCount
      return GaborFit(values: Array(values.view(place..<place + GaborFit.valueCount)))
    }
    return ReceptiveFields(elementCount: dictionary.columns, elements: elements, fits: fits)
  }

  /// Fits of a rank from one question whether to go on to the next; each takes some 30 ms.
  private static let fitsBetweenQuestions = 8

  /// Numbers of elements at equal distances, or all.
  static func sample(of count: Int, _ limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return (0..<limit).map { $0 * count / limit }
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
