import Datasets
import Evaluation
import Models
import Training

/// The published results that a run is set beside.
///
/// Source: Vafaii, Galor & Yates, "Poisson Variational Autoencoder", NeurIPS 2024: its tables, and the result files
/// of its code, from which they are made.
enum PublishedResults {
  static let source = "Vafaii, Galor & Yates, Poisson Variational Autoencoder, NeurIPS 2024"

  /// One model on one data set.
  struct Row: Equatable {
    let data: String
    let encoder: String
    let family: String
    let method: String
    /// Published metrics by the names of the summary, with the 99 % interval where one is known.
    let metrics: [String: Value]

    /// Whether the published MSE of the mean is one: the published code leaves the latent function out.
    var hasMeanError: Bool { !family.contains("+") }
  }

  /// A mean over seeds.
  struct Value: Equatable {
    let mean: Double
    let interval: Double?
  }

  /// A point of a published curve of sparsity against error.
  struct Point: Equatable {
    let name: String
    let mseMap: Double
    let lifetimeSparsity: Double
  }

  /// All rows.
  static let rows: [Row] = text.split(separator: "\n").compactMap { row(String($0)) }

  /// The rows that share a run's data set and architecture.
  ///
  /// - Parameter run: The run's settings; none are comparable unless it has 512 latents and β = 1.
  /// - Returns: The rows, which may be none.
  static func comparable(to run: RunConfiguration) -> [Row] {
    guard run.model.decoder == .linear, run.model.width == 512, run.training.beta == 1 else {
      return []
    }
    return rows.filter {
      $0.data == run.data.name.rawValue && $0.encoder == run.model.encoder.rawValue
    }
  }

  /// The row of a run's own model and method.
  static func row(of run: RunConfiguration) -> Row? {
    comparable(to: run).first {
      $0.family == run.model.familyName && $0.method == run.training.method.rawValue
    }
  }

  /// P-VAE `<lin|lin>` on van Hateren's photographs with β from 0.01 to 4.
  static let betaSweep = [
    Point(name: "β = 0.01", mseMap: 3.35, lifetimeSparsity: 0.3252),
    Point(name: "β = 0.2", mseMap: 28.73, lifetimeSparsity: 0.4024),
    Point(name: "β = 0.4", mseMap: 52.29, lifetimeSparsity: 0.5017),
    Point(name: "β = 0.6", mseMap: 72.16, lifetimeSparsity: 0.6077),
    Point(name: "β = 0.8", mseMap: 88.55, lifetimeSparsity: 0.7083),
    Point(name: "β = 1", mseMap: 102.39, lifetimeSparsity: 0.7897),
    Point(name: "β = 1.5", mseMap: 130.96, lifetimeSparsity: 0.9122),
    Point(name: "β = 4", mseMap: 234.5, lifetimeSparsity: 0.9971),
  ]

  /// The curve that the paper fits to this sweep.
  static let betaCurve = RateDistortionCurve(
    height: 0.72930579, middle: 76.495883, steepness: 0.0339020406, base: 0.27468761)

  /// Sparse coding on the same photographs, each method at its best.
  static let sparseCoding = [
    Point(name: "LCA", mseMap: 50.2, lifetimeSparsity: 0.917),
    Point(name: "ISTA", mseMap: 86.9, lifetimeSparsity: 0.961),
  ]

  /// LCA inference on the dictionary that the P-VAE had learned, by its threshold λ.
  static let lcaOnDictionary = [
    Point(name: "λ = 0.001", mseMap: 39.4, lifetimeSparsity: 0.697),
    Point(name: "λ = 0.01", mseMap: 39.9, lifetimeSparsity: 0.720),
    Point(name: "λ = 0.1", mseMap: 43.5, lifetimeSparsity: 0.828),
    Point(name: "λ = 0.5", mseMap: 58.2, lifetimeSparsity: 0.916),
    Point(name: "λ = 0.7", mseMap: 67.8, lifetimeSparsity: 0.935),
    Point(name: "λ = 1", mseMap: 83.4, lifetimeSparsity: 0.954),
  ]

  private static func row(_ line: String) -> Row? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 12 else { return nil }
    var metrics: [String: Value] = [:]
    for (name, column, interval) in [
      ("nelbo", 4, 5), ("mse", 6, nil), ("kl", 7, nil), ("mse_map", 8, nil),
      ("active_fraction", 9, 10), ("lifetime_sparsity", 11, nil),
    ] as [(String, Int, Int?)] {
      guard let mean = Double(words[column]) else { continue }
      metrics[name] = Value(mean: mean, interval: interval.flatMap { Double(words[$0]) })
    }
    return Row(
      data: words[0], encoder: words[1], family: words[2], method: words[3], metrics: metrics)
  }
}

extension ModelConfiguration {
  /// Values of a code: the number of latents, or of categories.
  var width: Int { family == .categorical ? latents * categories : latents }

  /// The family with its latent function, as `gaussian+relu`.
  var familyName: String {
    latentFunction == .none ? family.rawValue : "\(family.rawValue)+\(latentFunction.rawValue)"
  }

  /// The architecture in the notation of the papers, as `<conv+b|lin>`.
  var architecture: String {
    let names = [encoder, decoder].map { $0.rawValue.replacing("linear", with: "lin") }
    return "<\(names[0])|\(names[1])>"
  }
}
