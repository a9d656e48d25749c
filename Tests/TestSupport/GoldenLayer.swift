import Foundation
public import Layers
public import Tensors

/// One golden layer or network: outputs and gradients in double precision.
public struct GoldenLayer: Decodable {
  /// Some values of an array.
  public struct Values: Decodable {
    let indices: [Int]
    let values: [Double]
  }

  /// What is known of a parameter's gradient.
  public struct Parameter: Decodable {
    let name: String
    let shape: [Int]
    let gradientNorm: Double
    let gradientDot: Double
  }

  /// What it is called.
  public let name: String
  /// Number of samples.
  public let batch: Int
  let inputShape: [Int]
  let outputShape: [Int]
  let output: Values
  let inputGradient: Values
  let parameters: [Parameter]

  /// All layers or networks of a file beside the layers' tests.
  ///
  /// - Parameter file: Its name without ending.
  /// - Returns: The golden numbers.
  /// - Throws: Where the file is missing or another one.
  public static func all(_ file: String) throws -> [GoldenLayer] {
    let tests = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
    let url = tests.appendingPathComponent("LayersTests/Fixtures/\(file).json")
    return try JSONDecoder().decode([GoldenLayer].self, from: Data(contentsOf: url))
  }

  /// A matrix with its memory.
  public struct Owned {
    /// The matrix.
    public let matrix: Matrix
    private let storage: AlignedBuffer<Float>

    init(rows: Int, columns: Int) {
      storage = AlignedBuffer(count: rows * columns, repeating: 0)
      matrix = Matrix(storage.elements, rows: rows, columns: columns)
    }
  }

  /// Input, output and their gradients; the input is that of the golden numbers.
  ///
  /// - Parameter outputs: Values of an output.
  /// - Returns: The matrices.
  public func buffers(outputs: Int) -> (x: Owned, y: Owned, yGradient: Owned, xGradient: Owned) {
    let inputs = inputShape.reduce(1, *)
    let x = Owned(rows: batch, columns: inputs)
    fill(x.matrix, inputShape, position: 1000)
    return (
      x, Owned(rows: batch, columns: outputs), Owned(rows: batch, columns: outputs),
      Owned(rows: batch, columns: inputs)
    )
  }

  /// Runs forward and backward and compares everything.
  ///
  /// - Parameters:
  ///   - layout: The layer's layout.
  ///   - pass: Its memory.
  ///   - outputs: Values of an output.
  ///   - forward: From inputs to outputs.
  ///   - backward: From the outputs' gradient and the inputs to the inputs' gradient.
  /// - Returns: What differs.
  public func differences(
    _ layout: ModelLayout, _ pass: NetworkPass, outputs: Int,
    forward: (Matrix, Matrix) -> Void, backward: (Matrix, Matrix, Matrix) -> Void
  ) -> [String] {
    let entries = layout.parameters.entries
    guard entries.map(\.name) == parameters.map(\.name),
      entries.map(\.shape) == parameters.map(\.shape), outputs == outputShape.reduce(1, *)
    else { return ["parameters \(entries.map(\.name)), \(outputs) outputs"] }
    for (position, entry) in entries.enumerated() {
      let values = pass[entry].value
      for i in values.indices {
        values[i] = GoldenFormula.parameter(
          entry.name, shape: entry.shape, position: position, index: i)
      }
    }
    let (x, y, yGradient, xGradient) = buffers(outputs: outputs)
    forward(x.matrix, y.matrix)
    var problems = differences(y.matrix, outputShape, output, "output")
    fill(yGradient.matrix, outputShape, position: 2000)
    backward(yGradient.matrix, x.matrix, xGradient.matrix)
    problems += differences(xGradient.matrix, inputShape, inputGradient, "input gradient")
    for (position, (entry, golden)) in zip(entries, parameters).enumerated() {
      let gradient = pass[entry].gradient
      var (squares, product) = (0.0, 0.0)
      for i in gradient.indices {
        squares += Double(gradient[i]) * Double(gradient[i])
        product += Double(gradient[i]) * Double(GoldenFormula.value(3000 + position, i))
      }
      // A gradient is a sum of thousands of products of floats.
      let tolerance = 2e-4 * max(golden.gradientNorm, 1e-3)
      let norm = squares.squareRoot()
      if abs(norm - golden.gradientNorm) > tolerance {
        problems.append("norm of \(entry.name): \(norm), expected \(golden.gradientNorm)")
      }
      if abs(product - golden.gradientDot) > 2 * tolerance {
        problems.append("product of \(entry.name): \(product), expected \(golden.gradientDot)")
      }
    }
    return problems
  }

  /// The place in our memory, [rows, columns, channels], of a flat index in [batch, channels, rows, columns].
  private func place(_ index: Int, _ shape: [Int]) -> Int {
    guard shape.count == 3 else { return index }
    let (channels, positions) = (shape[0], shape[1] * shape[2])
    let (image, rest) = index.quotientAndRemainder(dividingBy: channels * positions)
    return image * channels * positions + rest % positions * channels + rest / positions
  }

  private func fill(_ matrix: Matrix, _ shape: [Int], position: Int) {
    for i in matrix.elements.indices {
      matrix.elements[place(i, shape)] = GoldenFormula.value(position, i)
    }
  }

  private func differences(
    _ found: Matrix, _ shape: [Int], _ golden: Values, _ what: String
  ) -> [String] {
    let scale = golden.values.reduce(0) { max($0, abs($1)) }
    return zip(golden.indices, golden.values).compactMap { index, value in
      let own = Double(found.elements[place(index, shape)])
      return abs(own - value) < 1e-4 * scale
        ? nil : "\(what) \(index): \(own), expected \(value)"
    }
  }
}
