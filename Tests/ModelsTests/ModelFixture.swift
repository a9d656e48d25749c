import Layers
import Tensors
import TestSupport

@testable import Models

/// A model with its parameters, memory and a batch of images.
struct ModelFixture {
  let model: Autoencoder
  let pass: NetworkPass
  let x: AlignedBuffer<Float>
  let batch: Int
  private let samples: [UInt32]

  init(
    latents: Int, height: Int, width: Int, batch: Int,
    _ change: (inout ModelConfiguration) -> Void = { _ in }
  ) throws {
    let configuration = try ModelConfiguration.small(latents: latents, change)
    model = try Autoencoder(configuration, height: height, width: width)
    pass = NetworkPass(model.layout, capacity: batch)
    model.initialize(pass.parameters, seed: 5)
    self.batch = batch
    samples = (0..<UInt32(batch)).map { [11, 4, 7, 30][Int($0 % 4)] + 100 * ($0 / 4) }
    x = AlignedBuffer(count: batch * height * width, repeating: 0)
    var stream = RandomStream(seed: 9, purpose: .synthesis)
    for i in x.elements.indices { x.elements[i] = Float(stream.normal()) }
  }

  var images: Matrix { Matrix(x.elements, rows: batch, columns: model.image.count) }

  /// Adds the gradient of the batch's share of a global batch of 10; the same noise each time.
  @discardableResult
  func train(
    _ method: TrainingMethod, isCold: Bool = false, temperature: Float = 0.3, beta: Float = 0.7,
    dropsOut: Bool = false
  ) -> LossTerms {
    samples.withUnsafeBufferPointer { samples in
      let noise = SampleNoise(seed: 3, purpose: .latents, step: 8, samples: samples)
      let pass = NetworkPass(
        parameters: pass.parameters, gradients: pass.gradients, activations: pass.activations,
        dropout: dropsOut ? noise : nil)
      model.prepare(pass)
      return model.train(
        images,
        TrainingPass(
          method: method, temperature: temperature, isCold: isCold, beta: beta, eventLimit: 40,
          globalBatch: 10, noise: noise), pass)
    }
  }

  /// The loss that is minimised, at the parameters as they are.
  func loss(_ method: TrainingMethod, dropsOut: Bool = false) -> Double {
    let terms = train(method, dropsOut: dropsOut)
    return (terms.reconstruction + 0.7 * terms.kl) / 10
  }
}
