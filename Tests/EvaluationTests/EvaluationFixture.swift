import Foundation
import Tensors

@testable import Evaluation

/// What scikit-learn, SciPy and NumPy computed; see `Fixtures/make_evaluation_fixture.py`.
struct EvaluationFixture: Decodable {
  struct Problem: Decodable {
    let positive: [Int]
    let coefficients: [Double]
    /// By how much a part of the gradient of the mean loss may move a coefficient.
    let conditioning: Double
    let accuracy: Double
  }

  struct Neighbors: Decodable {
    let accuracy: Double
    let predictions: [UInt8]
  }

  struct Curve: Decodable {
    let errors: [Double]
    let sparsities: [Double]
    let parameters: [Double]
    let squares: Double
  }

  struct Field: Decodable {
    let pixels: [Float]
    let orientation: Double
    let frequency: Double
    let explained: Double
  }

  struct Active: Decodable {
    let kl: [Double]
    let norms: [Double]
    let poissonMnist: Double
    let gaussianLinear: Double
    let gaussianLinearCifar16: Double
    let categorical: Double
    let poissonLinear: Double
    let convolutional: Double
  }

  let logistic: [Problem]
  let neighbors: Neighbors
  let active: Active
  let curve: Curve
  let receptiveFields: [Field]

  static func read() throws -> EvaluationFixture {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/evaluation.json")
    return try decoder.decode(EvaluationFixture.self, from: Data(contentsOf: url))
  }

  /// The script's overlapping clusters.
  static func samples(_ count: Int, features: Int, classes: Int, offset: Int) -> Features {
    let storage = AlignedBuffer<Float>(count: count * features, repeating: 0)
    var labels: [UInt8] = []
    for i in 0..<count {
      let label = (i * 7 + offset) % classes
      labels.append(UInt8(label))
      for k in 0..<features {
        let v = UInt64(i * 131 + k * 57 + offset * 29 + 1)
        let noise = Double((v &* v &* 2_654_435_761 &+ v &* 40503) % 4_294_967_296) / 4_294_967_296
        storage.elements[i * features + k] = Float(
          sin(1.7 * Double(label * (k + 1))) + 3 * noise - 1.5)
      }
    }
    return Features(storage, labels: labels)
  }
}
