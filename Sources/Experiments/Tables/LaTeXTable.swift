/// A table in the format of Vafaii, Galor & Yates, NeurIPS 2024, for the package booktabs.
struct LaTeXTable {
  /// What it shows, in LaTeX.
  var caption: String
  /// The word by which texts refer to it; `nil` for none.
  var label: String?
  /// How its columns are set, as `llc`.
  var columns: String
  /// What each column holds, in LaTeX.
  var head: [String]
  /// The cells, in LaTeX.
  var rows: [[String]]

  /// The table as a float.
  var text: String {
    let reference = label.map { "\n  \\label{\($0)}" } ?? ""
    return """
      \\begin{table}
        \\caption{\(caption)}\(reference)
        \\centering
        \\begin{tabular}{\(columns)}
          \\toprule
          \(line(head))
          \\midrule
          \(rows.map(line).joined(separator: "\n    "))
          \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  private func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }

  /// A plain text in LaTeX.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "|", "<", ">": result += "$\(character)$"
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case _ where character.isNewline: result += " "
      default: result.append(character)
      }
    }
  }
}

extension Estimate {
  /// As the published tables write it: `$167.2 \pm .1$`.
  ///
  /// - Parameter decimals: Digits after the point.
  /// - Returns: The mean, and the interval where there is one.
  func latex(decimals: Int) -> String {
    let mean = String(decimals: decimals, mean)
    guard let interval else { return "$\(mean)$" }
    let text = String(decimals: decimals, interval)
    return "$\(mean) \\pm \(text.hasPrefix("0.") ? String(text.dropFirst()) : text)$"
  }
}
