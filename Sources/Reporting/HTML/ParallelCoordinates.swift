/// Things with several values each: an upright axis a value, a line a thing.
public struct ParallelCoordinates {
  /// One axis.
  public struct Column {
    /// What it is called; a path such as `training.beta` is written in two lines.
    public var name: String
    /// Words above the name, in the place of a path's beginning.
    public var note: String
    /// How values become places.
    public var scale: ChartScale

    /// Makes an axis.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - note: Words above the name.
    ///   - scale: How values become places.
    public init(_ name: String, note: String = "", scale: ChartScale) {
      self.name = name
      self.note = note
      self.scale = scale
    }
  }

  /// One thing.
  public struct Line {
    /// What it is called.
    public var name: String
    /// Its value on each axis; without one, or with one that is not finite, it goes to a place
    /// below the axis.
    public var values: [Double?]
    /// Its rank among the others, from 0 for the best to 1 for the worst; `nil` where it has none.
    public var rank: Double?
    /// How it is drawn.
    public var style: CurveChart.Curve.Style
    /// Whether it is what the chart is about: it is thick and lies on top.
    public var isMain: Bool

    /// Makes a line.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - values: As many as there are axes.
    ///   - rank: From 0 for the best to 1 for the worst.
    ///   - style: How it is drawn.
    ///   - isMain: Whether it is what the chart is about.
    public init(
      _ name: String, _ values: [Double?], rank: Double?, style: CurveChart.Curve.Style = .line,
      isMain: Bool = false
    ) {
      self.name = name
      self.values = values.map { $0.flatMap { $0.isDrawable ? $0 : nil } }
      self.rank = rank
      self.style = style
      self.isMain = isMain
    }
  }

  let title: String
  let columns: [Column]
  /// The best last, so that it lies on top.
  let lines: [Line]
  let axes: [Axis]

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: What is shown.
  ///   - columns: The axes, from left to right.
  ///   - lines: The things, with a value an axis.
  public init(_ title: String, _ columns: [Column], _ lines: [Line]) {
    precondition(
      lines.allSatisfy { $0.values.count == columns.count }, "lines without \(columns.count) values"
    )
    self.title = title
    self.columns = columns
    let ranked = lines.filter { $0.rank != nil && !$0.isMain }
    self.lines =
      lines.filter { $0.rank == nil && !$0.isMain }
      + ranked.sorted { ($0.rank ?? 0) > ($1.rank ?? 0) } + lines.filter(\.isMain)
    axes = columns.indices.map { column in
      columns[column].scale.axis(lines.compactMap { $0.values[column] })
    }
  }

  /// The chart as a figure, which scrolls sideways where the screen is narrow; nothing without
  /// lines or axes.
  public var figure: Markup {
    guard !columns.isEmpty, !lines.isEmpty else { return .empty }
    let note = Markup.element("p", [("class", "readout")], text: "\u{A0}")
    return Figure(title: title, unit: "", legend: legend, note: note, isWide: true).around(
      .element(
        "div",
        [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", title)],
        [drawing]))
  }

  private var legend: [(name: String, mark: String)] {
    let ranked = [("best", "ranked first"), ("middle", "ranked"), ("worst", "ranked last")]
    let hasNone = lines.contains { $0.rank == nil }
    return (lines.contains { $0.rank != nil } ? ranked : [])
      + (lines.contains { $0.style == .dashed && $0.rank != nil }
        ? [("not finished", "ranked dashed")] : [])
      + (hasNone ? [("without result", "c5 dashed")] : [])
  }
}
