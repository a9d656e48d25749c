/// How often numbers fall into each of several equal bins.
public struct HistogramChart {
  private let title: String
  private let xLabel: String
  private let range: ClosedRange<Double>
  private let counts: [Double]
  private let things: String

  /// Makes a histogram from counts.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - xLabel: What the axis below is.
  ///   - things: What is counted, such as `latents`.
  ///   - range: What the bins cover together.
  ///   - counts: How many fall into each.
  public init(
    _ title: String, xLabel: String, things: String, range: ClosedRange<Double>, counts: [Double]
  ) {
    self.title = title
    self.xLabel = xLabel
    self.things = things
    self.range = range
    self.counts = counts
  }

  /// The histogram as a figure; nothing where nothing was counted.
  public var figure: Markup {
    let total = counts.reduce(0, +)
    guard total > 0, range.upperBound > range.lowerBound else { return .empty }
    let frame = ChartFrame(
      x: Axis(exactly: range),
      y: Axis(counts, count: 4, fromZero: true), xLabel: xLabel)
    let most = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    let label =
      "\(title): \(NumberText.short(total)) \(things); most, \(NumberText.short(counts[most])), "
      + "at \(xLabel) \(text(of: most))"
    return Figure(title: title, unit: "number of \(things)").around(
      frame.svg(label: label, counts.indices.map { bar($0, in: frame) }))
  }

  private func bounds(_ bin: Int) -> (Double, Double) {
    let width = (range.upperBound - range.lowerBound) / Double(counts.count)
    return (
      range.lowerBound + Double(bin) * width, range.lowerBound + Double(bin + 1) * width
    )
  }

  private func text(of bin: Int) -> String {
    let (lower, upper) = bounds(bin)
    return "\(NumberText.short(lower, digits: 3)) to \(NumberText.short(upper, digits: 3))"
  }

  private func bar(_ bin: Int, in frame: ChartFrame) -> Markup {
    guard counts[bin] > 0 else { return .empty }
    let (lower, upper) = bounds(bin)
    let (left, right) = (frame.place(x: lower), frame.place(x: upper))
    // The smallest count must still be seen.
    let (top, bottom) = (
      min(frame.place(y: counts[bin]), frame.place(y: 0) - 1), frame.place(y: 0)
    )
    let gap = right - left > 3 ? 0.6 : 0
    return .element(
      "rect",
      [
        ("class", "bar"), ("x", NumberText.place(left + gap / 2)), ("y", NumberText.place(top)),
        ("width", NumberText.place(max(0.5, right - left - gap))),
        ("height", NumberText.place(bottom - top)),
      ], [.element("title", text: "\(text(of: bin)): \(NumberText.short(counts[bin]))")])
  }
}
