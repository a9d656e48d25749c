/// A value that a choice or an attribute can have in Optuna.
enum OptunaScalar: Sendable {
  /// A text.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// A real number.
  case real(Double)
  /// True or false.
  case flag(Bool)

  /// The value as JSON.
  var json: String {
    switch self {
    case .text(let value): PythonJSON.quoted(value)
    case .integer(let value): "\(value)"
    case .real(let value): PythonJSON.number(value)
    case .flag(let value): "\(value)"
    }
  }
}
