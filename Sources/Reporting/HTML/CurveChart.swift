/// Curves over a common axis, with a readout under the pointer or by the arrow keys.
public struct CurveChart {
  /// One curve.
  public struct Curve {
    /// How a curve is drawn.
    public enum Style: String {
      /// Thin and pale: what is noisy.
      case thin
      /// Full.
      case line
      /// Interrupted: tells curves apart where colors do not.
      case dashed
    }

    /// What it is called in legend and readout.
    public var name: String
    /// Where its points lie; those that are not finite are left out.
    public var points: [(x: Double, y: Double)]
    /// Which of the page's colors, from 0.
    public var color: Int
    /// How it is drawn.
    public var style: Style

    /// Makes a curve.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - points: Where its points lie.
    ///   - color: Which of the page's colors, from 0.
    ///   - style: How it is drawn.
    public init(
      _ name: String, _ points: [(x: Double, y: Double)], color: Int, style: Style = .line
    ) {
      self.name = name
      self.points = points.filter { $0.x.isDrawable && $0.y.isDrawable }
      self.color = color
      self.style = style
    }
  }

  private let title: String
  private let unit: String
  private let xLabel: String
  private let curves: [Curve]
  private let isLogarithmic: Bool

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - unit: What it is measured in; may be empty.
  ///   - xLabel: What the axis below is.
  ///   - curves: The curves; those without points are left out.
  ///   - isLogarithmic: Whether equal ratios are equally high, where all numbers are positive.
  public init(
    _ title: String, unit: String, xLabel: String, _ curves: [Curve], isLogarithmic: Bool = false
  ) {
    self.title = title
    self.unit = unit
    self.xLabel = xLabel
    self.curves = curves.filter { !$0.points.isEmpty }
    self.isLogarithmic = isLogarithmic
  }

  /// The chart as a figure; nothing where no curve has a point.
  public var figure: Markup {
    guard !curves.isEmpty else { return .empty }
    let frame = ChartFrame(
      x: xAxis,
      y: Axis(
        curves.flatMap { $0.points.map(\.y) }, scale: isLogarithmic ? .logarithmic : .linear),
      xLabel: xLabel)
    let drawing = frame.svg(
      label: "\(title) against \(xLabel). \(summary)",
      attributes: [("tabindex", "0"), ("data-x-label", xLabel)],
      curves.map { draw($0, in: frame) } + [.element("path", [("class", "cursor")])])
    let legend = curves.map { ($0.name, "c\($0.color) \($0.style.rawValue)") }
    let note = Markup.element("p", [("class", "readout"), ("aria-live", "polite")], text: " ")
    return Figure(title: title, unit: unit, legend: legend, note: note).around(drawing)
  }

  /// From the first point to the last, so that no width is wasted.
  private var xAxis: Axis {
    let places = curves.flatMap { $0.points.map(\.x) }
    guard let first = places.min(), let last = places.max(), first < last else {
      return Axis(places)
    }
    return Axis(exactly: min(first, max(0, first - 0.05 * (last - first)))...last)
  }

  /// First, least and last of each curve: what the chart says to who cannot see it.
  private var summary: String {
    curves.map { curve in
      let values = curve.points.map(\.y)
      let text = [values[0], values.min() ?? 0, values[values.count - 1]].map {
        NumberText.short($0)
      }
      return "\(curve.name): from \(text[0]) to \(text[2]), least \(text[1])."
    }.joined(separator: " ")
  }

  private func draw(_ curve: Curve, in frame: ChartFrame) -> Markup {
    var path = frame.line(through: curve.points)
    // A single point has no line; round ends make a dot of this.
    if curve.points.count == 1 { path += "h0.1" }
    return .element(
      "path",
      [
        ("class", "curve c\(curve.color) \(curve.style.rawValue)"), ("d", path),
        ("data-name", curve.name),
        ("data-x", curve.points.map { NumberText.plain($0.x, digits: 9) }.joined(separator: ",")),
        ("data-y", curve.points.map { NumberText.plain($0.y) }.joined(separator: ",")),
      ])
  }
}
