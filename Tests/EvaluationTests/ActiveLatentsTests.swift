import Datasets
import Models
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ActiveLatentsTests {
  private func fraction(
    _ family: ModelFamily, _ encoder: NetworkKind, _ dataset: DatasetName,
    _ active: EvaluationFixture.Active, norms: [Double]?
  ) throws -> Double? {
    let model = try ModelConfiguration.small(latents: active.kl.count) {
      $0.family = family
      $0.encoder = encoder
    }
    return ActiveLatents(model, dataset: dataset).fraction(kl: active.kl, columnNorms: norms)
  }

  @Test func rulesAgreeWithNumPy() throws {
    let active = try EvaluationFixture.read().active
    let cases: [(ModelFamily, NetworkKind, DatasetName, Double)] = [
      (.poisson, .linear, .mnist, active.poissonMnist),
      (.poisson, .convWithBias, .mnist, active.poissonMnist),
      (.laplace, .linear, .mnist, active.gaussianLinear),
      (.gaussian, .linear, .vanHateren, active.gaussianLinear),
      (.gaussian, .linear, .cifar16, active.gaussianLinearCifar16),
      (.categorical, .linear, .mnist, active.categorical),
      (.poisson, .linear, .vanHateren, active.poissonLinear),
      (.gaussian, .convWithBias, .mnist, active.convolutional),
    ]
    for (family, encoder, dataset, expected) in cases {
      let found = try fraction(family, encoder, dataset, active, norms: active.norms)
      #expect(found == expected, "\(family) \(encoder) \(dataset)")
    }
    #expect(Set(cases.map(\.3)).count == 5)
  }

  @Test func rulesByNormNeedALinearDecoder() throws {
    let active = try EvaluationFixture.read().active
    #expect(try fraction(.categorical, .linear, .mnist, active, norms: nil) == nil)
    #expect(try fraction(.poisson, .linear, .mnist, active, norms: nil) != nil)
  }
}
