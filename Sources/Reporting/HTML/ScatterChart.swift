/// Points in a plane, in groups that differ by color and shape, and curves behind them.
public struct ScatterChart {
  /// One point.
  public struct Point {
    /// What it is called.
    public var name: String
    /// Where it lies, from the left.
    public var x: Double
    /// Where it lies, from below.
    public var y: Double

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - x: Where it lies, from the left.
    ///   - y: Where it lies, from below.
    public init(_ name: String, x: Double, y: Double) {
      self.name = name
      self.x = x
      self.y = y
    }
  }

  /// Points that belong together.
  public struct Group {
    /// What they are called.
    public var name: String
    /// The points.
    public var points: [Point]
    /// Which of the page's colors and shapes, from 0.
    public var color: Int
    /// Whether a line joins them in their order.
    public var isJoined: Bool
    /// Whether they are what the chart is about.
    public var isMain: Bool

    /// Makes a group.
    ///
    /// - Parameters:
    ///   - name: What its points are called.
    ///   - points: The points; those that are not finite are left out.
    ///   - color: Which of the page's colors and shapes, from 0.
    ///   - isJoined: Whether a line joins them in their order.
    ///   - isMain: Whether they are what the chart is about.
    public init(
      _ name: String, _ points: [Point], color: Int, isJoined: Bool = false, isMain: Bool = false
    ) {
      self.name = name
      self.points = points.filter { $0.x.isDrawable && $0.y.isDrawable }
      self.color = color
      self.isJoined = isJoined
      self.isMain = isMain
    }
  }

  private let title: String
  private let xLabel: String
  private let yLabel: String
  private let xScale: ChartScale
  private let yScale: ChartScale
  private let groups: [Group]
  private let curves: [CurveChart.Curve]

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - xLabel: What the axis below is.
  ///   - yLabel: What the axis at the side is.
  ///   - xScale: How values become places from the left.
  ///   - yScale: How values become places from below.
  ///   - groups: The points; groups without any are left out.
  ///   - curves: What is drawn behind the points; curves without points are left out.
  public init(
    _ title: String, xLabel: String, yLabel: String, xScale: ChartScale = .linear,
    yScale: ChartScale = .linear, _ groups: [Group], curves: [CurveChart.Curve] = []
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.xScale = xScale
    self.yScale = yScale
    self.groups = groups.filter { !$0.points.isEmpty }
    self.curves = curves.filter { !$0.points.isEmpty }
  }

  /// The chart as a figure; nothing where there is no point.
  public var figure: Markup {
    let points = groups.flatMap(\.points)
    guard !points.isEmpty else { return .empty }
    let frame = ChartFrame(
      x: xScale.axis(points.map(\.x) + curves.flatMap { $0.points.map(\.x) }, characters: 54),
      y: yScale.axis(points.map(\.y) + curves.flatMap { $0.points.map(\.y) }), xLabel: xLabel)
    // What the chart is about lies on top.
    let ordered = groups.filter { !$0.isMain } + groups.filter(\.isMain)
    let drawing = frame.svg(
      label: "\(title): \(yLabel) against \(xLabel), \(points.count) points\(curveNames)",
      curves.map { draw($0, in: frame) } + ordered.map { draw($0, in: frame) })
    let legend =
      groups.map { ($0.name, "c\($0.color) s\($0.color)\($0.isMain ? " main" : "")") }
      + curves.map { ($0.name, "c\($0.color) \($0.style.rawValue)") }
    let note = Markup.element("p", [("class", "readout")], text: "\u{A0}")
    return Figure(title: title, unit: yLabel, legend: legend, note: note).around(drawing)
  }

  private var curveNames: String { curves.map { "; curve \($0.name)" }.joined() }

  private func draw(_ curve: CurveChart.Curve, in frame: ChartFrame) -> Markup {
    .element(
      "path",
      [
        ("class", "curve c\(curve.color) \(curve.style.rawValue)"),
        ("d", frame.line(through: curve.points)),
      ], [.element("title", text: curve.name)])
  }

  private func draw(_ group: Group, in frame: ChartFrame) -> Markup {
    let places = group.points.map { (frame.place(x: $0.x), frame.place(y: $0.y)) }
    let joined = Markup.element(
      "path",
      [
        ("class", "curve thin c\(group.color)"),
        ("d", frame.line(through: group.points.map { ($0.x, $0.y) })),
      ])
    let marks = zip(group.points, places).map { point, place in
      let text =
        "\(group.name)\(point.name.isEmpty ? "" : ", \(point.name)"): \(xLabel) "
        + "\(xScale.text(point.x)), \(yLabel) \(yScale.text(point.y))"
      return Markup.element(
        "path",
        [
          ("class", "point c\(group.color)\(group.isMain ? " main" : "")"),
          ("d", ScatterChart.shape(group.color, at: place, size: group.isMain ? 6 : 4)),
          ("tabindex", "0"), ("role", "img"), ("aria-label", text),
        ], [.element("title", text: text)])
    }
    return .element("g", [], (group.isJoined ? [joined] : []) + marks)
  }

  /// A circle, square, triangle, diamond or inverted triangle.
  private static func shape(_ number: Int, at place: (Double, Double), size: Double) -> String {
    let (x, y) = place
    func corners(_ corners: [(Double, Double)]) -> String {
      let texts = corners.map {
        "\(NumberText.place(x + $0.0 * size)) \(NumberText.place(y + $0.1 * size))"
      }
      return "M\(texts.joined(separator: "L"))Z"
    }
    switch number % 5 {
    case 1: return corners([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 2: return corners([(0, -1.15), (1.05, 0.8), (-1.05, 0.8)])
    case 3: return corners([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    case 4: return corners([(0, 1.15), (1.05, -0.8), (-1.05, -0.8)])
    default:
      let (radius, left) = (NumberText.place(size), NumberText.place(x - size))
      let width = NumberText.place(2 * size)
      return "M\(left) \(NumberText.place(y))a\(radius) \(radius) 0 1 0 \(width) 0"
        + "a\(radius) \(radius) 0 1 0 -\(width) 0"
    }
  }
}
