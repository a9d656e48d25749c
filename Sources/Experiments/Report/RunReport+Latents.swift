import Evaluation
import Models
import Reporting

extension RunReport {
  /// How active, how selective and how informative latents are.
  var latentsSection: Page.Section {
    guard let metrics else { return Page.Section("Latents", anchor: "latents", []) }
    let isPoisson = configuration.run.model.family == .poisson
    let activity = EqualBins(fromZero: metrics.activityPerLatent, bins: 40)
    let lifetime = EqualBins(metrics.lifetimeSparsityPerLatent, range: 0...1, bins: 40)
    let kl = EqualBins(fromZero: metrics.klPerLatent, bins: 40)
    let rates = HistogramChart(
      "KL of each latent", xLabel: "nats", things: "latents", range: kl.range, counts: kl.counts)
    let charts = [
      HistogramChart(
        isPoisson ? "Mean rates" : "Mean activity",
        xLabel: isPoisson ? "spikes an image" : isSparseCoding ? "mean of a" : "mean |z|",
        things: "latents",
        range: activity.range, counts: activity.counts),
      HistogramChart(
        "Lifetime sparsity", xLabel: "sparsity over images", things: "latents",
        range: lifetime.range, counts: lifetime.counts),
      HistogramChart(
        "Population sparsity", xLabel: "sparsity over latents", things: "images", range: 0...1,
        counts: metrics.populationHistogram),
    ]
    let figures = (charts + (isSparseCoding ? [] : [rates])).map(\.figure)
    let facts = Page.Section.facts([
      ("Lifetime sparsity, mean", NumberText.fixed(metrics.lifetimeSparsity, decimals: 3)),
      ("Population sparsity, mean", NumberText.fixed(metrics.populationSparsity, decimals: 3)),
      ("Zeros among the code's values", NumberText.fixed(metrics.fractionZeros, decimals: 3)),
      (
        "Measured on",
        "\(NumberText.grouped(metrics.images)) held-out images"
          + (metricsStep.map { ", step \(NumberText.grouped($0))" } ?? "")
      ),
    ])
    return Page.Section(
      "Latents", anchor: "latents", [facts, Page.Section.charts(figures)] + dead(metrics))
  }

  /// Which latents carry nothing.
  private func dead(_ metrics: EvaluationMetrics) -> [Markup] {
    guard metrics.activeFraction != nil else { return [] }
    let kl = metrics.klPerLatent
    let bound = isSparseCoding ? 0 : 0.01
    let dead = kl.indices.filter { kl[$0] <= bound }
    let share = NumberText.fixed(100 * Double(dead.count) / Double(kl.count), decimals: 1)
    let sentence =
      "\(dead.count) of \(kl.count) latents (\(share) %) are dead: "
      + (isSparseCoding ? "no image made them active." : "their KL is at most 0.01 nats.")
    let heading = [
      Markup.element("h3", text: "Dead latents"), Markup.element("p", text: sentence),
    ]
    guard !dead.isEmpty else { return heading }
    let list = dead.map { "\($0)" }.joined(separator: ", ")
    return heading + [
      Page.Section.details("Their numbers", .element("p", text: list))
    ]
  }
}
