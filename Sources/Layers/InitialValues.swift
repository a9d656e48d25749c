public import Tensors

/// How the values of a parameter start.
public enum InitialValues: Sendable, Equatable {
  /// All the same.
  case constant(Double)
  /// Independent, normal with mean 0.
  case normal(deviation: Double)
  /// Independent, uniform between ±bound.
  case uniform(bound: Double)

  /// Uniform between ±1/√inputs, as PyTorch starts its linear and convolutional layers.
  ///
  /// - Parameter inputs: The number of values that an output is made of.
  /// - Returns: The law.
  public static func uniform(inputs: Int) -> InitialValues {
    .uniform(bound: 1 / Double(inputs).squareRoot())
  }

  /// Sets values.
  ///
  /// - Parameters:
  ///   - values: Receives them.
  ///   - stream: Where random numbers come from.
  func fill(_ values: UnsafeMutableBufferPointer<Float>, from stream: inout RandomStream) {
    switch self {
    case .constant(let value): values.update(repeating: Float(value))
    case .normal(let deviation):
      for i in values.indices { values[i] = Float(deviation * stream.normal()) }
    case .uniform(let bound):
      for i in values.indices { values[i] = Float(bound * (2 * stream.uniform() - 1)) }
    }
  }
}

extension ParameterLayout {
  /// Sets all parameters to their initial values.
  ///
  /// Each parameter that is drawn has a stream of random numbers of its own, numbered in the
  /// layout's order.
  ///
  /// - Parameters:
  ///   - parameters: The flat vector.
  ///   - seed: The run's seed.
  public func initialize(_ parameters: AlignedBuffer<Float>, seed: UInt32) {
    var drawn = 0
    for entry in entries {
      var stream = RandomStream(seed: seed, purpose: .initialization, drawn)
      entry.initial.fill(parameters.view(entry.range), from: &stream)
      if case .constant = entry.initial { continue }
      drawn += 1
    }
  }
}
