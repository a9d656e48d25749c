internal import Foundation

/// How pages write numbers.
public enum NumberText {
  /// A number with few digits, without superfluous zeros: `167.2`, `0.0273`, `1.2e-07`.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - digits: Significant digits.
  /// - Returns: `–` for what is no number.
  public static func short(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return "–" }
    let size = abs(value)
    if size >= 1e4 && size < 1e9 { return grouped(Int(value.rounded())) }
    return String(format: "%.\(digits)g", value).replacing("-", with: "−")
  }

  /// A number with so many decimals.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - decimals: Digits after the point.
  /// - Returns: `–` for what is no number.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    return String(format: "%.\(decimals)f", value).replacing("-", with: "−")
  }

  /// A whole number in groups of three digits.
  ///
  /// - Parameter value: The number.
  /// - Returns: As `106,176`.
  public static func grouped(_ value: Int) -> String {
    let digits = Array("\(value.magnitude)")
    var text = value < 0 ? "−" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// So many significant digits in the form that scripts read, as fast as can be: a page has
  /// thousands.
  static func plain(_ value: Double, digits: Int = 5) -> String {
    guard value.isFinite else { return "" }
    if value == 0 { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    guard (-12...12).contains(exponent) else { return "\(value)" }
    // Dividing by a power of ten that is exact gives the nearest number, and so the short text.
    let shift = digits - 1 - exponent
    let rounded =
      shift >= 0
      ? (value * pow(10, Double(shift))).rounded() / pow(10, Double(shift))
      : (value / pow(10, Double(-shift))).rounded() * pow(10, Double(-shift))
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }

  /// A place in a drawing, to a tenth of a unit.
  static func place(_ value: Double) -> String {
    // What lies far outside a drawing is not seen, wherever it is.
    let tenths = Int((max(-1e9, min(1e9, value.isNaN ? 0 : value)) * 10).rounded())
    if tenths.isMultiple(of: 10) { return "\(tenths / 10)" }
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }
}
