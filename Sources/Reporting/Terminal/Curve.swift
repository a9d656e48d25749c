/// Numbers over the steps of a run.
public struct Curve: Sendable, Equatable {
  /// A number at a step.
  public struct Point: Sendable, Equatable {
    /// The optimizer's updates so far.
    public var step: Int
    /// The number.
    public var value: Double

    /// A number at a step.
    ///
    /// - Parameters:
    ///   - step: The optimizer's updates so far.
    ///   - value: The number.
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// What the numbers are.
  public var name: String
  /// Those that can be drawn, by ascending step.
  public var points: [Point]

  /// Names numbers.
  ///
  /// - Parameters:
  ///   - name: What they are.
  ///   - points: By ascending step; those that are not finite are left out.
  public init(_ name: String, _ points: [Point]) {
    self.name = name
    self.points = points.filter(\.value.isDrawable)
  }

  /// The range to be drawn: that of all numbers, unless the first twentieth would flatten the rest.
  ///
  /// A loss begins far above where it spends the run.
  var range: ClosedRange<Double>? {
    guard let all = range(of: points[...]),
      let later = range(of: points.dropFirst(points.count / 20))
    else { return nil }
    let (extent, laterExtent) = (
      all.upperBound - all.lowerBound, later.upperBound - later.lowerBound
    )
    return laterExtent > 0 && extent > 3 * laterExtent ? later : all
  }

  private func range(of points: ArraySlice<Point>) -> ClosedRange<Double>? {
    let values = points.map(\.value)
    guard let lowest = values.min(), let highest = values.max() else { return nil }
    return lowest...highest
  }
}
