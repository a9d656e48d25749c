import Layers
import Tensors
import TestSupport
import Testing

@testable import Models

/// Whole encoders and decoders against PyTorch in double precision; see
/// `LayersTests/Fixtures/make_network_fixtures.py`.
@Suite struct GoldenNetworkTests {
  private static let architectures = ["linear", "mlp", "conv"]

  @Test(arguments: [16, 28], architectures)
  func encodersAreThoseOfPyTorch(_ side: Int, _ architecture: String) throws {
    try compare("encoder", side, architecture) { configuration, image, layout in
      try Architectures.encoder(configuration, image: image, outputs: 10, in: &layout)
    }
  }

  @Test(arguments: [16, 28], architectures)
  func decodersAreThoseOfPyTorch(_ side: Int, _ architecture: String) throws {
    try compare("decoder", side, architecture) { configuration, image, layout in
      try Architectures.decoder(configuration, image: image, inputs: 10, in: &layout)
    }
  }

  /// Both with and without a bias, of the sizes that there are golden numbers for.
  private func compare(
    _ role: String, _ side: Int, _ architecture: String,
    _ build: (ModelConfiguration, MapShape, inout ModelLayout) throws -> Network
  ) throws {
    if side == 28, architecture != "conv" { return }
    for (suffix, word) in [("", "plain"), ("+b", "bias")] {
      let kind = try #require(NetworkKind(rawValue: architecture + suffix))
      let configuration = try ModelConfiguration.small(latents: 10) {
        $0.encoder = kind
        $0.decoder = kind
      }
      var layout = ModelLayout()
      let image = MapShape(channels: 1, height: side, width: side)
      let network = try build(configuration, image, &layout)
      let name = "\(role).\(architecture).\(side).\(word)"
      let golden = try #require(GoldenLayer.all("networks").first { $0.name == name })
      let pass = NetworkPass(layout, capacity: golden.batch)
      let outputs = network.layers.last?.outputs ?? 0
      let differences = golden.differences(layout, pass, outputs: outputs) { x, y in
        network.prepare(pass)
        network.forward(x, into: y, pass)
      } backward: { yGradient, x, xGradient in
        network.backward(yGradient, input: x, into: xGradient, pass)
      }
      #expect(differences.isEmpty, "\(name)")
    }
  }

  /// The numbers of the published results' files.
  @Test(arguments: [
    (ModelFamily.poisson, NetworkKind.linear, NetworkKind.linear, 16, 512, 262_656),
    (.gaussian, .linear, .linear, 16, 512, 393_216),
    (.poisson, .linear, .linear, 28, 512, 803_328),
    (.poisson, .convWithBias, .linear, 16, 512, 1_405_596),
    (.gaussian, .convWithBias, .linear, 16, 512, 1_471_132),
    (.categorical, .convWithBias, .linear, 16, 512, 1_405_084),
    (.poisson, .convWithBias, .linear, 28, 512, 5_432_636),
    (.poisson, .convWithBias, .convWithBias, 28, 512, 6_794_246),
    (.gaussian, .convWithBias, .convWithBias, 28, 512, 6_925_318),
    (.poisson, .mlp, .mlp, 28, 10, 30_158_138),
  ])
  func parametersAreAsManyAsPublished(
    _ family: ModelFamily, _ encoder: NetworkKind, _ decoder: NetworkKind, _ side: Int,
    _ latents: Int, _ count: Int
  ) throws {
    let configuration = try ModelConfiguration.small(
      latents: family == .categorical ? 1 : latents
    ) {
      $0.family = family
      $0.encoder = encoder
      $0.decoder = decoder
      $0.categories = latents
      $0.prior.trainable = family == .poisson
    }
    let model = try Autoencoder(configuration, height: side, width: side)
    #expect(model.layout.parameters.parameterCount == count)
  }

  /// Multiply-adds of an image, in millions, as the tables of the networks give them.
  @Test(arguments: [(16, 22.1, 25.2), (28, 96.1, 31.0)])
  func productsAreAsManyAsPublished(
    _ side: Int, _ encoding: Double, _ decoding: Double
  ) throws {
    let configuration = try ModelConfiguration.small(latents: 10) {
      $0.encoder = .convWithBias
      $0.decoder = .convWithBias
    }
    let model = try Autoencoder(configuration, height: side, width: side)
    // The tables count nine products an output behind an enlarging; four are made.
    func millions(_ network: Network, asPublished: Bool = true) -> Double {
      network.products.reduce(0) { sum, product in
        guard asPublished, case .convolution(let shape) = product.kind, shape.isUpsampling else {
          return sum + Double(product.multiplyAdds) / 1e6
        }
        return sum + Double(product.multiplyAdds) * 9 / 4 / 1e6
      }
    }
    // The tables round, and leave out the head.
    #expect(abs(millions(model.encoder) - encoding) < 0.1)
    // The 1×1 convolutions of the enlarging cells are made before, not after, the enlarging.
    #expect(millions(model.decoder) < decoding && millions(model.decoder) > 0.9 * decoding)
    #expect(millions(model.decoder, asPublished: false) < 0.75 * decoding)
  }

  @Test func convolutionsRefuseImagesOfOtherSizes() throws {
    let configuration = try ModelConfiguration.small(latents: 10) { $0.encoder = .convWithBias }
    let error = #expect(throws: ModelError.self) {
      _ = try Autoencoder(configuration, height: 24, width: 24)
    }
    #expect(
      error?.description
        == "model.encoder is conv+b, which is for images of 16 x 16 or 28 x 28 pixels; "
        + "these have 24 x 24")
  }
}
