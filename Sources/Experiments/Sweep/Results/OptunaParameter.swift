/// A setting of a trial, together with what it was chosen from.
///
/// A parameter must be of the same kind in all trials, and have the same choices, or Optuna leaves it out.
enum OptunaParameter: Sendable {
  /// A real number of an interval, even in its logarithm where `log` is set.
  case real(Double, low: Double, high: Double, log: Bool)
  /// One of the whole numbers `low`, `low + step`, … up to `high`; with `log` the step must be 1.
  case integer(Int, low: Int, high: Int, step: Int, log: Bool)
  /// The index of one of these values.
  case choice(Int, of: [OptunaScalar])

  /// The value as Optuna keeps it in a storage: a real number, or the index of a choice.
  var storedValue: String {
    switch self {
    case .real(let value, _, _, _): PythonJSON.number(value)
    case .integer(let value, _, _, _, _): PythonJSON.number(Double(value))
    case .choice(let index, _): "\(index)"
    }
  }

  /// What the value was chosen from, as Optuna's `distribution_to_json` gives it.
  var distribution: String {
    switch self {
    case .real(_, let low, let high, let log):
      precondition(low <= high && (!log || low > 0), "no interval from \(low) to \(high)")
      let bounds = #""low": \#(PythonJSON.number(low)), "high": \#(PythonJSON.number(high))"#
      return Self.json("FloatDistribution", #""step": null, \#(bounds), "log": \#(log)"#)
    case .integer(_, let low, let high, let step, let log):
      precondition(low <= high && step > 0, "no numbers from \(low) to \(high) by \(step)")
      precondition(!log || low > 0 && step == 1, "no logarithm from \(low) by \(step)")
      // Optuna lowers the bound to the last number that is reached.
      let last = high - (high - low) % step
      return Self.json(
        "IntDistribution", #""log": \#(log), "step": \#(step), "low": \#(low), "high": \#(last)"#)
    case .choice(let index, let choices):
      precondition(choices.indices.contains(index), "no choice \(index) of \(choices.count)")
      let values = choices.map(\.json).joined(separator: ", ")
      return Self.json("CategoricalDistribution", #""choices": [\#(values)]"#)
    }
  }

  private static func json(_ name: String, _ attributes: String) -> String {
    #"{"name": "\#(name)", "attributes": {\#(attributes)}}"#
  }
}
