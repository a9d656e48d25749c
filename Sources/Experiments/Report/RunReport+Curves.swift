import Models
import Reporting

extension RunReport {
  /// What went on during training.
  var curvesSection: Page.Section {
    let rate = isSparseCoding ? "L1 norm" : "KL"
    let terms =
      isSparseCoding
      ? [("energy", "energy", 0), ("mse_normalized", "MSE", 1), ("l1_norm", rate, 2)]
      : [("nelbo", "NELBO", 0), ("mse", "MSE", 1), ("kl", rate, 2)]
    let loss = terms.map { key, name, color in
      CurveChart.Curve(name, points(key, of: history.validations), color: color)
    }
    let training = [("loss", "loss", 0), ("mse", "MSE", 1), ("kl", rate, 2)].map {
      key, name, color in
      CurveChart.Curve(name, points(key, of: history.steps), color: color)
    }
    let charts = [
      CurveChart(
        "Training loss", unit: isSparseCoding ? "MSE/2 + λ L1" : "nats; MSE + β KL", xLabel: "step",
        training,
        isLogarithmic: true),
      CurveChart(
        "Validation",
        unit: isSparseCoding ? "MSE/2 + λ L1, as images are coded" : "nats; NELBO = MSE + KL",
        xLabel: "step", loss),
      CurveChart(
        "Schedules", unit: "", xLabel: "step",
        [
          CurveChart.Curve(isSparseCoding ? "λ" : "β", points("beta", of: history.steps), color: 0),
          CurveChart.Curve(
            "temperature", isSparseCoding ? [] : points("temperature", of: history.steps), color: 1,
            style: .dashed),
        ]), steps("Learning rate", "learning_rate", unit: ""),
      CurveChart(
        "Largest rate", unit: "and the limit of spikes drawn", xLabel: "step",
        [
          CurveChart.Curve("largest rate", points("largest_rate", of: history.steps), color: 0),
          CurveChart.Curve(
            "limit", points("event_limit", of: history.steps), color: 5, style: .dashed),
        ], isLogarithmic: true),
      steps("Gradient norm", "gradient_norm", unit: "before clipping", isLogarithmic: true),
      validation("Lifetime sparsity", "lifetime_sparsity", color: 3),
      validation("Active latents", "active_fraction", color: 3),
    ]
    return Page.Section(
      "Training", anchor: "training", [Page.Section.charts(charts.map(\.figure))])
  }

  private func steps(
    _ title: String, _ key: String, unit: String, isLogarithmic: Bool = false
  ) -> CurveChart {
    CurveChart(
      title, unit: unit, xLabel: "step",
      [CurveChart.Curve(title, points(key, of: history.steps), color: 0)],
      isLogarithmic: isLogarithmic)
  }

  private func validation(_ title: String, _ key: String, color: Int) -> CurveChart {
    CurveChart(
      title, unit: "share, validation", xLabel: "step",
      [CurveChart.Curve(title, points(key, of: history.validations), color: color)])
  }

  private func points(
    _ key: String, of rows: RunHistory.Thinned
  ) -> [(x: Double, y: Double)] {
    rows.rows.compactMap { row in row.values[key].map { (Double(row.step), $0) } }
  }
}
