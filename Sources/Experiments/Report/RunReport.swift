import Datasets
import Evaluation
import Foundation
import Models
import Reporting
import Training

/// All that the page of one run shows.
struct RunReport {
  /// How far a run has come.
  enum Status {
    /// It is under way.
    case running
    /// It was asked to stop, or stopped, before its end.
    case unfinished
    /// It has made all its steps.
    case finished
  }

  var name: String
  var status: Status
  var configuration: ResolvedConfiguration
  /// Numbers of the whole run by the names of `summary.json`.
  var summary: RunSummary
  var history: RunHistory
  /// What was measured of each latent, and the step it belongs to.
  var metrics: EvaluationMetrics?
  var metricsStep: Int?
  var pictures: RunPictures?
  var data: DataFacts?
  /// Fits to the dictionary's elements; `nil` where they were not made.
  var fields: ReceptiveFields?
  /// What is not on the page, and why.
  var missing: [String] = []

  /// Whether the model is a dictionary with inference, whose rate is an L1 norm and not a KL.
  var isSparseCoding: Bool { configuration.run.model.family.isSparseCoding }

  /// The page.
  ///
  /// - Throws: `ReportingError` where a picture cannot be encoded.
  func page() throws -> Page {
    Page(
      title: name, kicker: "Shoal run report", lead: lead, figures: headline,
      sections: [
        runSection, curvesSection, comparisonSection, try dictionarySection(),
        try imagesSection(), latentsSection, machineSection,
      ],
      footer:
        "Written by shoal \(shoalVersion). This page needs no network: pictures and data are in it."
    )
  }

  private var lead: String {
    let run = configuration.run
    let done: String =
      switch status {
      case .running: "under way"
      case .unfinished: "not finished"
      case .finished: "finished"
      }
    let step = summary.whole("step").map { "step \(NumberText.grouped($0))" } ?? "no step logged"
    let epoch = summary.whole("epoch").map { ", epoch \($0) of \(run.training.epochs)" } ?? ""
    let state = "The run is \(done): \(step)\(epoch)."
    if isSparseCoding {
      return
        "Sparse coding by \(run.model.family.rawValue.uppercased()) with \(run.model.latents) elements on "
        + "\(run.data.name.rawValue). \(state)"
    }
    return "\(run.model.familyName.capitalized) VAE \(run.model.architecture) with "
      + "\(run.model.width) latents on \(run.data.name.rawValue), method \(run.training.method.rawValue). "
      + state
  }

  /// The numbers that matter most.
  private var headline: [(name: String, value: String)] {
    let entries: [(String, String, Int)] = [
      ("nelbo", "NELBO, nats", 2), ("energy", "Energy", 2), ("mse", "MSE", 2),
      ("kl", "KL, nats", 2),
      ("l1_norm", "L1 norm", 2), ("mse_map", "MSE of the mean", 2),
      ("lifetime_sparsity", "Lifetime sparsity", 3),
      ("active_fraction", "Active latents", 3),
    ]
    return entries.compactMap { key, name, decimals in
      summary.numbers[key].map { (name, NumberText.fixed($0, decimals: decimals)) }
    }
  }
}
