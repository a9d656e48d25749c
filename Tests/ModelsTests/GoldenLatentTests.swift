import Foundation
import Layers
import Tensors
import TestSupport
import Testing

@testable import Models

/// Latent variables against PyTorch in double precision; see `Fixtures/make_latent_fixtures.py`.
@Suite struct GoldenLatentTests {
  /// One golden case: everything from the encoder's output to the gradients.
  private struct Golden: Decodable {
    let name: String
    let family: ModelFamily
    let function: LatentFunction?
    let temperature: Double?
    let batch: Int
    let latents: Int
    let variables: Int
    let encoderOutput: [Double]
    let prior: [String: [Double]]
    let uniform: [Double]?
    let noise: [Double]?
    let output: [Double]?
    let outputGradient: [Double]?
    let sampleGradients: [String: [Double]]?
    let kl: [Double]
    let klGradients: [String: [Double]]?
    // Of exact losses.
    let pixels: Int?
    let beta: Double?
    let input: [Double]?
    let decoderWeight: [Double]?
    let reconstruction: [Double]?
    let lossGradients: [String: [Double]]?

    static func all(_ file: String) throws -> [Golden] {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      let url = folder.appendingPathComponent("Fixtures/\(file).json")
      return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: url))
    }

    func configuration() throws -> ModelConfiguration {
      try ModelConfiguration.small(latents: family == .categorical ? variables : latents) {
        $0.family = family
        $0.latentFunction = function ?? .none
        $0.categories = latents / variables
        $0.categoricalVariance = name.hasSuffix("published") ? .published : .correct
      }
    }
  }

  /// The golden names of a prior's parameters and ours.
  private static let priorNames = [
    "location": "latent/prior_mean", "logScale": "latent/prior_log_scale",
    "logits": "latent/prior_logits", "logRate": "latent/log_prior",
  ]

  private func setPrior(_ golden: Golden, _ layout: ParameterLayout, _ pass: NetworkPass) throws {
    for (name, values) in golden.prior {
      let entry = try #require(
        layout.entries.first { $0.name == Self.priorNames[name] }, "\(name)")
      for (i, value) in values.enumerated() { pass[entry].value[i] = Float(value) }
    }
  }

  private func expectClose(
    _ found: some Collection<Float>, _ golden: [Double], tolerance: Double = 2e-5, _ what: String
  ) {
    #expect(found.count == golden.count)
    for (i, (own, value)) in zip(found, golden).enumerated() {
      #expect(
        abs(Double(own) - value) <= tolerance * max(1, abs(value)),
        "\(what) \(i): \(own), expected \(value)")
    }
  }

  private func matrix(_ values: [Double], rows: Int) -> (Matrix, AlignedBuffer<Float>) {
    let storage = AlignedBuffer(values.map { Float($0) })
    return (Matrix(storage.elements, rows: rows, columns: values.count / rows), storage)
  }

  @Test func samplesDivergencesAndGradientsAreThoseOfPyTorch() throws {
    let all = try Golden.all("latents")
    #expect(all.count >= 26)
    for golden in all {
      for klWeight in [Float(0), 1] { try compare(golden, klWeight: klWeight) }
    }
  }

  /// With a weight of 1 the gradients are those of the output's product and of the KL together.
  private func compare(_ golden: Golden, klWeight: Float) throws {
    var layout = ModelLayout()
    let configuration = try golden.configuration()
    let latent: any Latent =
      switch golden.family {
      case .categorical: CategoricalLatent(configuration, in: &layout)
      case .laplace: LocationScaleLatent(.laplace, configuration, in: &layout)
      default: LocationScaleLatent(.gaussian, configuration, in: &layout)
      }
    let pass = NetworkPass(layout, capacity: golden.batch)
    try setPrior(golden, layout.parameters, pass)
    let (encoding, storage) = matrix(golden.encoderOutput, rows: golden.batch)
    defer { withExtendedLifetime(storage) {} }
    _ = latent.posterior(encoding, pass)
    for variable in 0..<golden.variables {
      let expected = (0..<golden.batch).reduce(0.0) {
        $0 + golden.kl[$1 * golden.variables + variable]
      }
      #expect(
        abs(latent.klPerLatent[variable] - expected) < 2e-5 * max(1, expected), "\(golden.name)")
    }
    let sampling = LatentSampling.relaxed(
      temperature: Float(golden.temperature ?? 1), limit: 1)
    let code = try sample(latent, golden, sampling, pass)
    expectClose(code.elements, golden.output ?? [], "\(golden.name) output")

    let (codeGradient, gradientStorage) = matrix(golden.outputGradient ?? [], rows: golden.batch)
    defer { withExtendedLifetime(gradientStorage) {} }
    latent.backward(codeGradient, of: sampling, into: encoding, klWeight: klWeight, pass)
    func expected(_ name: String) -> [Double] {
      let sample = golden.sampleGradients?[name] ?? []
      let kl = golden.klGradients?[name] ?? []
      return zip(sample, kl).map { $0 + Double(klWeight) * $1 }
    }
    expectClose(
      encoding.elements, expected("encoderOutput"), tolerance: 1e-4, "\(golden.name) gradient")
    for (name, own) in Self.priorNames where golden.prior[name] != nil {
      let entry = try #require(layout.parameters.entries.first { $0.name == own })
      expectClose(
        pass[entry].gradient, expected(name), tolerance: 1e-4, "\(golden.name) \(name)")
    }
  }

  private func sample(
    _ latent: any Latent, _ golden: Golden, _ sampling: LatentSampling, _ pass: NetworkPass
  ) throws -> Matrix {
    if let latent = latent as? LocationScaleLatent {
      let noise = try #require(golden.noise)
      let target = pass[latent.noise, rows: golden.batch].elements
      for (i, value) in noise.enumerated() { target[i] = Float(value) }
      return latent.transformNoise(rows: golden.batch, pass)
    }
    let latent = try #require(latent as? CategoricalLatent)
    let target = pass[latent.noise, rows: golden.batch].elements
    for (i, u) in try #require(golden.uniform).enumerated() { target[i] = Float(-log(-log(u))) }
    return latent.transformNoise(sampling, rows: golden.batch, pass)
  }

  @Test(arguments: ["poisson", "gaussian", "laplace", "categorical", "categorical.published"])
  func exactLossesAreThoseOfPyTorch(_ name: String) throws {
    let golden = try #require(Golden.all("exact").first { $0.name == name })
    let pixels = try #require(golden.pixels)
    let model = try Autoencoder(golden.configuration(), height: 1, width: pixels)
    let pass = NetworkPass(model.layout, capacity: golden.batch)
    let layout = model.layout.parameters
    try setPrior(golden, layout, pass)
    let decoder = try #require(model.decoder.linear).weight
    for (i, value) in (golden.decoderWeight ?? []).enumerated() {
      pass[decoder].value[i] = Float(value)
    }
    let (x, images) = matrix(golden.input ?? [], rows: golden.batch)
    let (encoding, storage) = matrix(golden.encoderOutput, rows: golden.batch)
    defer { withExtendedLifetime((images, storage)) {} }
    let samples = (0..<UInt32(golden.batch)).map { $0 }
    let terms = samples.withUnsafeBufferPointer { samples in
      model.learn(
        from: encoding, of: x,
        TrainingPass(
          method: .exact, temperature: 1, isCold: false, beta: Float(golden.beta ?? 1),
          eventLimit: 1, globalBatch: golden.batch,
          noise: SampleNoise(seed: 1, purpose: .latents, step: 0, samples: samples)), pass)
    }
    let reconstruction = (golden.reconstruction ?? []).reduce(0, +)
    #expect(abs(terms.reconstruction - reconstruction) < 1e-5 * reconstruction)
    let kl = golden.kl.reduce(0, +)
    #expect(abs(terms.kl - kl) < 1e-5 * kl)
    let gradients = golden.lossGradients ?? [:]
    expectClose(
      encoding.elements, gradients["encoderOutput"] ?? [], tolerance: 5e-5, "\(name) encoding")
    expectClose(
      pass[decoder].gradient, gradients["decoderWeight"] ?? [], tolerance: 5e-5, "\(name) decoder")
    for prior in golden.prior.keys {
      let entry = try #require(layout.entries.first { $0.name == Self.priorNames[prior] })
      expectClose(
        pass[entry].gradient, gradients[prior] ?? [], tolerance: 1e-4, "\(name) \(prior)")
    }
  }
}
