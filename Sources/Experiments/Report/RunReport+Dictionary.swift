import Evaluation
import Foundation
import Models
import Reporting

extension RunReport {
  /// The decoder's elements, and what Gabor functions fitted to them say.
  func dictionarySection() throws -> Page.Section {
    Page.Section("Dictionary", anchor: "dictionary", try [mosaic() ?? noMosaic] + gaborParts)
  }

  private var noMosaic: Markup {
    guard !configuration.run.model.decoder.isLinear else { return .empty }
    return .element(
      "p",
      text:
        "The decoder \(configuration.run.model.decoder.rawValue) has no dictionary: only a linear one has."
    )
  }

  private func mosaic() throws -> Markup? {
    try pictures?.withElements { elements in
      let order = dictionaryOrder(count: elements.count)
      let mosaic = ImageMosaic.dictionary(elements, order: order)
      let note =
        metrics == nil
        ? "in the order of the parameters, each element scaled on its own"
        : "ordered by \(isSparseCoding ? "activity" : "KL"), smallest first, each element scaled on its own"
      return try MosaicFigure(
        "\(elements.count) elements", note: note, mosaic, columns: (order.count + 15) / 16,
        texts: order.enumerated().map { describe(element: $1, place: $0) }
      ).figure
    }
  }

  /// Elements by ascending importance, as in the published figures.
  private func dictionaryOrder(count: Int) -> [Int] {
    guard let importance = metrics?.importance, importance.count == count else {
      return Array(0..<count)
    }
    return importance.indices.sorted { importance[$0] < importance[$1] }
  }

  private func describe(element: Int, place: Int) -> String {
    var parts = ["element \(element)"]
    if let metrics {
      if !isSparseCoding, metrics.klPerLatent.count == metrics.importance.count {
        parts.append("KL \(NumberText.short(metrics.klPerLatent[element], digits: 3)) nats")
      }
      parts += [
        "mean activity \(NumberText.short(metrics.activityPerLatent[element], digits: 3))",
        "lifetime sparsity \(NumberText.fixed(metrics.lifetimeSparsityPerLatent[element], decimals: 3))",
      ]
    }
    if let fit = fields?.fit(of: element) {
      parts += [
        "orientation \(NumberText.fixed(fit.orientation * 180 / .pi, decimals: 0))°",
        "frequency \(NumberText.fixed(fit.frequency, decimals: 3)) cycles a pixel",
        "fit R² \(NumberText.fixed(fit.explained, decimals: 2))",
      ]
    }
    return parts.joined(separator: ", ")
  }

  /// Histograms of the elements that a Gabor function describes.
  private var gaborParts: [Markup] {
    guard let fields else { return [] }
    // Orientation and frequency of a bad fit are those of noise.
    let fits = fields.fits.compactMap { $0 }.filter(\.isGood)
    let isSample = fields.elements.count < fields.elementCount
    let sentence =
      "\(fits.count) of \(fields.elements.count) elements are described by a Gabor function with R² ≥ \(GaborFit.goodFit)."
      + (isSample
        ? " Those are a sample, at equal distances, of all \(fields.elementCount); shoal evaluate --metrics gabor fits them all."
        : "")
    guard !fits.isEmpty else { return [.element("p", text: sentence)] }
    let orientations = EqualBins(
      fits.map { $0.orientation * 180 / .pi }, range: 0...180, bins: 18)
    let frequencies = EqualBins(fits.map(\.frequency), range: 0...0.5, bins: 25)
    let quality = EqualBins(fields.fits.map { $0?.explained ?? 0 }, range: 0...1, bins: 20)
    let charts = [
      ("Orientation", "orientation in degrees", orientations),
      ("Spatial frequency", "cycles a pixel", frequencies),
      ("Gabor fits", "R²", quality),
    ].map { title, label, histogram in
      HistogramChart(
        title, xLabel: label, things: "elements", range: histogram.range, counts: histogram.counts
      ).figure
    }
    return [.element("p", text: sentence), Page.Section.charts(charts)]
  }
}
