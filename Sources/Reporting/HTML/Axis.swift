internal import Foundation

/// One direction of a chart: which numbers lie where, and which of them are written.
struct Axis {
  /// How numbers become places.
  enum Scale {
    case linear
    case logarithmic
  }

  let lower: Double
  let upper: Double
  let scale: Scale
  let ticks: [Tick]

  /// A number that is written beside the axis.
  struct Tick {
    let value: Double
    let text: String
  }

  /// Chooses an axis for numbers.
  ///
  /// - Parameters:
  ///   - values: What it must show; what is not finite is left out.
  ///   - scale: A logarithmic one becomes linear where a number is not positive.
  ///   - count: About how many numbers are written.
  ///   - fromZero: Whether it begins at zero.
  init(_ values: [Double], scale: Scale = .linear, count: Int = 5, fromZero: Bool = false) {
    let values = values.filter(\.isDrawable)
    let lowest = values.min() ?? 0
    let highest = values.max() ?? 1
    // Below it decades have no names, and far below not even a number.
    if scale == .logarithmic, lowest >= 1e-100 {
      self.init(logarithmic: lowest, highest, count: count)
    } else {
      self.init(linear: fromZero ? min(0, lowest) : lowest, highest, count: count)
    }
  }

  /// An axis that begins and ends with a range, with round numbers between.
  ///
  /// - Parameters:
  ///   - range: What it shows.
  ///   - count: About how many numbers are written.
  init(exactly range: ClosedRange<Double>, count: Int = 5) {
    // Angles want halves and quarters of their circle.
    let step =
      range.upperBound == 180
      ? 45 : Axis.step((range.upperBound - range.lowerBound) / Double(max(1, count - 1)))
    let decimals = Axis.decimals(step)
    let first = (range.lowerBound / step).rounded(.up)
    let last = max(first, (range.upperBound / step).rounded(.down))
    lower = range.lowerBound
    upper = range.upperBound
    scale = .linear
    ticks = (0...Int(last - first)).map { place in
      let value = (first + Double(place)) * step
      return Tick(value: value, text: Axis.text(value, decimals: decimals))
    }
  }

  /// An axis of names at equal distances.
  ///
  /// - Parameters:
  ///   - names: The names; the value of each is its place, from 0.
  ///   - most: How many names are written at most.
  ///   - characters: How long each may be.
  init(categories names: [String], most: Int, characters: Int) {
    lower = -0.5
    upper = max(0.5, Double(names.count) - 0.5)
    scale = .linear
    let stride = (names.count + most - 1) / most
    ticks = names.enumerated().filter { $0.offset.isMultiple(of: max(1, stride)) }.map {
      Tick(value: Double($0.offset), text: $0.element.shortened(to: characters))
    }
  }

  /// Where a number lies, 0 at the lower end and 1 at the upper.
  func fraction(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - lower) / (upper - lower)
    case .logarithmic:
      value > 0 ? log(value / lower) / log(upper / lower) : 0
    }
  }

  private init(linear lowest: Double, _ highest: Double, count: Int) {
    let size = max(abs(lowest), abs(highest), 1e-12)
    // A single number lies in the middle of its axis.
    let isFlat = highest - lowest <= size * 1e-9
    let (lowest, highest) =
      isFlat ? (lowest - size * 0.05, highest + size * 0.05) : (lowest, highest)
    let width = highest - lowest
    let step = Axis.step(width / Double(max(1, count - 1)))
    let first = (lowest / step).rounded(.down)
    let last = max(first + 1, (highest / step).rounded(.up))
    lower = first * step
    upper = last * step
    scale = .linear
    let decimals = Axis.decimals(step)
    ticks = (0...Int(last - first)).map { place in
      let value = (first + Double(place)) * step
      return Tick(value: value, text: Axis.text(value, decimals: decimals))
    }
  }

  private init(logarithmic lowest: Double, _ highest: Double, count: Int) {
    let decades = log10(max(highest / lowest, 1.01))
    // Few decades want numbers between their ends.
    let mantissas: [Double] = decades > 3 ? [1] : decades > 1.2 ? [1, 3] : [1, 1.5, 2, 3, 5, 7]
    var first = Int(log10(lowest).rounded(.down))
    let last = Int(log10(highest).rounded(.up))
    let stride = max(1, (last - first) / max(1, count))
    var marks: [Double] = []
    while first <= last {
      marks += mantissas.map { $0 * pow(10, Double(first)) }
      first += stride
    }
    let below = marks.last { $0 <= lowest * 1.000001 } ?? lowest
    let above = marks.first { $0 >= highest * 0.999999 } ?? highest
    lower = below
    upper = above > below ? above : below * 10
    let end = upper
    scale = .logarithmic
    ticks = marks.filter { $0 >= below && $0 <= end }.map {
      Tick(value: $0, text: Axis.text($0, decimals: max(0, Int((-log10($0)).rounded(.up)))))
    }
  }

  private static func decimals(_ step: Double) -> Int {
    max(0, Int((-log10(step) - 1e-9).rounded(.up)))
  }

  /// The nearest of 1, 2 and 5 times a power of ten.
  private static func step(_ wanted: Double) -> Double {
    // Smaller numbers have no power of ten with all its digits.
    let power = pow(10, log10(max(wanted, 1e-300)).rounded(.down))
    let candidates = [1, 2, 5, 10].map { $0 * power }
    return candidates.min { abs($0 - wanted) < abs($1 - wanted) } ?? power
  }

  private static func text(_ value: Double, decimals: Int) -> String {
    if value == 0 { return "0" }
    if abs(value) >= 1e9 || decimals > 4 {
      return String(format: "%.3g", value).replacing("e+0", with: "e").replacing("e-0", with: "e-")
        .replacing("-", with: "−")
    }
    if abs(value) >= 1e6 { return "\(NumberText.short(value / 1e6))M" }
    if abs(value) >= 1e4 { return "\(NumberText.short(value / 1e3))k" }
    return NumberText.fixed(value, decimals: decimals)
  }
}
