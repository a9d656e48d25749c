import Evaluation
import Foundation
import Models
import Reporting
import Tensors

extension RunReport {
  /// What the model makes of held-out images, and what it draws from its prior.
  func imagesSection() throws -> Page.Section {
    guard let pictures else { return Page.Section("Images", anchor: "images", []) }
    let content = try reconstructions(pictures) + samples(pictures)
    return Page.Section("Images", anchor: "images", content)
  }

  private func reconstructions(_ pictures: RunPictures) throws -> [Markup] {
    guard let inputs = pictures.inputs, let means = pictures.reconstructions,
      let codes = pictures.codes
    else { return [] }
    let items = try inputs.withMatrix { inputs in
      try means.withMatrix { means in
        try codes.withMatrix { codes in
          try (0..<inputs.rows).map { row in
            // Both on the input's range, so that what is lost shows.
            let pair = ImageMosaic.reconstructions(
              pictures.tiles(means.rows(row..<row + 1)),
              of: pictures.tiles(inputs.rows(row..<row + 1)))
            let words = describe(code: Array(codes.rows(row..<row + 1).elements))
            return Gallery.Item(
              [(try Picture(pair.image), "image \(row + 1) above its reconstruction")],
              caption: words)
          }
        }
      }
    }
    let raster = try codes.withMatrix { try self.raster($0) }
    return [
      .element("h3", text: "Held-out images above their reconstructions"),
      .element(
        "p", [("class", "unit")],
        text: isSparseCoding
          ? "Decoded codes." : "Decoded posterior means; below each, one sample of its code."),
      Gallery(items).markup, raster,
    ]
  }

  /// One code in a few words.
  private func describe(code: [Float]) -> String {
    switch configuration.run.model.family {
    case .poisson:
      let spikes = code.reduce(0, +)
      return "\(NumberText.short(Double(spikes))) spikes in \(code.count { $0 != 0 }) latents"
    case .categorical:
      let active = code.indices.filter { code[$0] > 0.5 }
      return "category \(active.map { "\($0)" }.joined(separator: ", "))"
    case .lca, .ista, .fista:
      let size = code.reduce(0) { $0 + Double($1) }
      return "\(code.count { $0 != 0 }) elements, Σa = \(NumberText.short(size, digits: 3))"
    case .gaussian, .laplace:
      let size = code.reduce(0) { $0 + Double($1.magnitude) }
      return "Σ|z| = \(NumberText.short(size, digits: 3))"
    }
  }

  /// All codes of the shown images as one picture: a row an image, a column a latent.
  private func raster(_ codes: Matrix) throws -> Markup {
    let width = codes.columns
    let order =
      metrics.map { metrics in
        metrics.importance.indices.sorted { metrics.importance[$0] > metrics.importance[$1] }
      } ?? Array(0..<width)
    let largest = max(codes.elements.reduce(0) { max($0, $1.magnitude) }, .leastNormalMagnitude)
    var image = GrayImage(width: width, height: codes.rows, level: 255)
    for row in 0..<codes.rows {
      for (column, latent) in order.enumerated() {
        let share = codes.elements[row * width + latent].magnitude / largest
        // The root keeps single spikes visible beside many.
        let level = 255 - (share.squareRoot() * 255).rounded()
        image[row, column] = level.isFinite ? UInt8(max(0, min(255, level))) : 0
      }
    }
    let unit = configuration.run.model.family == .poisson ? "spike counts" : "magnitudes"
    let words =
      "a row an image, a column a latent, largest \(isSparseCoding ? "activity" : "KL") first; darkest is \(NumberText.short(Double(largest)))"
    return .element(
      "figure", [("class", "wide")],
      [
        .element(
          "figcaption", [],
          [
            .element("strong", text: "Codes of these images"), Markup(" "),
            .element("span", [("class", "unit")], text: "\(unit): \(words)"),
          ]),
        try Picture(image).markup(
          "\(unit) of \(codes.rows) images and \(width) latents", class: "raster"),
      ])
  }

  private func samples(_ pictures: RunPictures) throws -> [Markup] {
    try pictures.samples?.withMatrix { samples in
      let tiles = pictures.tiles(samples)
      let mosaic = ImageMosaic.samples(tiles, columns: 16)
      return [
        .element("h3", text: "Samples of the prior"),
        .element(
          "figure", [("class", "wide")],
          [
            .element(
              "figcaption", [],
              [.element("span", [("class", "unit")], text: "decoded, all on one scale")]),
            try Picture(mosaic.image).markup(
              "\(tiles.count) images decoded from samples of the prior"),
          ]),
      ]
    } ?? []
  }
}
