import Foundation
import Tensors

/// The losses of several logistic regressions on the same samples; see ``LogisticRegression``.
struct LogisticLoss {
  private let features: Matrix
  private let labels: [UInt8]
  private let positive: [[Bool]]
  private let weights: AlignedBuffer<Float>
  private let scores: AlignedBuffer<Float>
  private let gradient: AlignedBuffer<Float>

  /// Samples whose products are made at once.
  private static let chunk = 1000

  /// Takes samples and the problems' classes.
  init(_ features: Matrix, labels: [UInt8], positive: [[Bool]]) {
    precondition(
      features.rows == labels.count, "\(labels.count) labels of \(features.rows) samples")
    self.features = features
    self.labels = labels
    self.positive = positive
    weights = AlignedBuffer(count: features.columns * positive.count, repeating: 0)
    gradient = AlignedBuffer(count: features.columns * positive.count, repeating: 0)
    scores = AlignedBuffer(
      count: min(Self.chunk, features.rows) * positive.count, repeating: 0)
  }

  /// Works out the mean losses with their gradients.
  ///
  /// - Parameter points: Weights and, last, the intercept of each problem.
  /// - Returns: For each problem (loss + ½‖w‖²)/samples and its gradient.
  func evaluate(_ points: [[Double]]) -> [(value: Double, gradient: [Double])] {
    let count = features.columns
    var values = [Double](repeating: 0, count: points.count)
    var gradients = points.map { [Double](repeating: 0, count: $0.count) }
    let part = Matrix(gradient.elements, rows: count, columns: points.count)
    forEachChunk(points) { samples, scores in
      for row in 0..<samples.count {
        let label = Int(labels[samples.lowerBound + row])
        for k in points.indices {
          let place = row * points.count + k
          let sign: Double = positive[k][label] ? 1 : -1
          let margin = sign * (Double(scores.elements[place]) + points[k][count])
          let tail = exp(-abs(margin))
          values[k] += log1p(tail) + max(-margin, 0)
          let slope = -sign * (margin > 0 ? tail / (1 + tail) : 1 / (1 + tail))
          gradients[k][count] += slope
          scores.elements[place] = Float(slope)
        }
      }
      multiply(features.rows(samples).transposed, scores, into: part)
      for k in points.indices {
        for i in 0..<count { gradients[k][i] += Double(part.elements[i * points.count + k]) }
      }
    }
    let samples = Double(features.rows)
    return points.indices.map { k in
      var value = values[k]
      for i in 0..<count {
        value += points[k][i] * points[k][i] / 2
        gradients[k][i] += points[k][i]
      }
      return (value / samples, gradients[k].map { $0 / samples })
    }
  }

  /// Counts the samples on the right side.
  ///
  /// - Parameter points: Weights and, last, the intercept of each problem.
  /// - Returns: A number for each problem.
  func correct(_ points: [[Double]]) -> [Int] {
    var counts = [Int](repeating: 0, count: points.count)
    forEachChunk(points) { samples, scores in
      for row in 0..<samples.count {
        let label = Int(labels[samples.lowerBound + row])
        for k in points.indices {
          let score =
            Double(scores.elements[row * points.count + k]) + points[k][features.columns]
          if (score > 0) == positive[k][label] { counts[k] += 1 }
        }
      }
    }
    return counts
  }

  /// Multiplies chunk by chunk with the problems' weights.
  private func forEachChunk(_ points: [[Double]], _ body: (Range<Int>, Matrix) -> Void) {
    let count = features.columns
    for k in points.indices {
      for i in 0..<count { weights.elements[i * points.count + k] = Float(points[k][i]) }
    }
    let weights = Matrix(weights.elements, rows: count, columns: points.count)
    for start in stride(from: 0, to: features.rows, by: Self.chunk) {
      let samples = start..<min(start + Self.chunk, features.rows)
      let scores = Matrix(
        scores.view(0..<samples.count * points.count), rows: samples.count, columns: points.count)
      multiply(features.rows(samples), weights, into: scores)
      body(samples, scores)
    }
  }
}
