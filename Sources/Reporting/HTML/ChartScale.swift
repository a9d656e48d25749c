internal import Foundation

/// How values along one direction of a chart become places.
public enum ChartScale: Sendable, Equatable {
  /// Equal differences are equally long.
  case linear
  /// Equal ratios are equally long, where all values are positive.
  case logarithmic
  /// Names at equal distances; a value is the place of its name, from 0.
  case categories([String])

  /// Chooses between a linear and a logarithmic scale.
  ///
  /// - Parameter values: What is shown; logarithmic where all are positive and span two decades or
  ///   more.
  public init(fitting values: [Double]) {
    let values = values.filter(\.isDrawable)
    guard let lowest = values.min(), let highest = values.max(), lowest > 0 else {
      self = .linear
      return
    }
    // A range such as 0.0001 to 0.01 has a ratio that is rounded.
    self = highest / lowest >= 100 * (1 - 1e-9) ? .logarithmic : .linear
  }

  /// The axis for values.
  ///
  /// - Parameters:
  ///   - values: What it must show.
  ///   - count: About how many numbers are written.
  ///   - characters: How many characters all names of categories may have together; `nil` where
  ///     they lie below one another, with room for 16 names of 14 characters.
  /// - Returns: The axis.
  func axis(_ values: [Double], count: Int = 5, characters: Int? = nil) -> Axis {
    switch self {
    case .linear: return Axis(values, count: count)
    case .logarithmic: return Axis(values, scale: .logarithmic, count: count)
    case .categories(let names):
      guard let characters else { return Axis(categories: names, most: 16, characters: 14) }
      let most = characters / 4
      return Axis(
        categories: names, most: most,
        characters: characters / max(1, min(most, names.count)) - 1)
    }
  }

  /// A value as readouts have it.
  func text(_ value: Double) -> String {
    if case .categories(let names) = self {
      guard let place = Int(exactly: value), names.indices.contains(place) else { return "–" }
      return names[place]
    }
    return NumberText.short(value)
  }
}
