import Datasets
import Models
import Testing
import Training

@testable import Experiments

struct ProfileTests {
  private func run(_ overrides: String...) throws -> RunConfiguration {
    try ResolvedConfiguration("", source: "test", overrides: overrides).run
  }

  @Test func defaultsAreThePublishedRecipeForNaturalImages() throws {
    let run = try run()
    #expect(run.profile == .paper)
    #expect(run.model.latents == 512)
    #expect(run.model.initialScale == 0.05)
    #expect(run.model.prior.clamp == -4)
    #expect(run.model.rateClamp == 5.3)
    #expect(run.model.evaluationCounts == .truncated)
    let training = run.training
    #expect(training.batch == 1000)
    #expect(training.epochs == 3000)
    #expect(training.learningRate == 5e-3)
    #expect(training.gradientClip == 500)
    #expect(training.warmUpClipFactor == 3)
    #expect(training.weightDecay == 0)
    #expect(training.learningRateSchedule.floor == 1e-5)
    #expect(training.learningRateSchedule.warmUpEpochs == 5)
    #expect(training.learningRateSchedule.warmUpShare == nil)
    #expect(training.learningRateSchedule.restarts == 0)
    #expect(training.betaSchedule.start == 1e-4)
    #expect(training.betaSchedule.hold == 0)
    #expect(training.betaSchedule.anneal == 0.5)
    #expect(training.temperature.start == 1)
    #expect(training.temperature.stop == 0.05)
    #expect(training.temperature.anneal == 0.5)
    #expect(training.adamax.firstMoment == 0.9)
    #expect(training.adamax.secondMoment == 0.999)
    #expect(training.adamax.epsilon == 1e-8)
    #expect(training.steps == nil)
  }

  @Test(arguments: ["van-hateren", "dead-leaves"])
  func profileOf2026ChangesWhatTheLaterCodeChanged(_ name: String) throws {
    let run = try run("profile=2026", "data.name=\(name)")
    #expect(run.profile == .published2026)
    #expect(run.model.rateClamp == 5)
    #expect(run.model.evaluationCounts == .exact)
    #expect(run.training.gradientClip == nil)
    #expect(run.training.learningRateSchedule.warmUpShare == 0.01)
    #expect(run.training.batch == 1000)
    #expect(run.training.epochs == 3000)
    #expect(run.training.learningRate == 5e-3)
  }

  @Test(arguments: ["mnist", "fashion-mnist"])
  func digitsHaveARecipeOfTheirOwn(_ name: String) throws {
    let training = try run("data.name=\(name)").training
    #expect(training.batch == 200)
    #expect(training.epochs == 1200)
    #expect(training.learningRate == 2e-3)
    #expect(training.weightDecay == 3e-4)
    #expect(training.gradientClip == 1000)
    #expect(training.learningRateSchedule.restarts == 2)
    #expect(training.learningRateSchedule.warmUpEpochs == 5)
    let later = try run("data.name=\(name)", "profile=2026").training
    #expect(later.batch == 100)
    #expect(later.epochs == 400)
    #expect(later.learningRate == 2e-3)
    #expect(later.weightDecay == 0)
    #expect(later.gradientClip == 1000)
    #expect(later.learningRateSchedule.restarts == 0)
    #expect(later.learningRateSchedule.warmUpShare == 0.01)
  }

  @Test func cropsHaveTheRecipeOfPhotographsWithHalfTheEpochs() throws {
    for profile in ["paper", "2026"] {
      var photographs = try run("data.name=van-hateren", "profile=\(profile)")
      #expect(photographs.training.epochs == 3000)
      photographs.data.name = .cifar16
      photographs.training.epochs = 1500
      #expect(try photographs == run("data.name=cifar16", "profile=\(profile)"))
    }
  }

  @Test func paperIsAnotherNameOf2024() throws {
    for name in ["van-hateren", "mnist"] {
      var paper = try run("data.name=\(name)")
      paper.profile = .published2024
      #expect(try paper == run("data.name=\(name)", "profile=2024"))
    }
  }

  @Test func fileWinsOverProfileAndCommandLineOverFile() throws {
    let text = "profile: 2026\ndata: {name: mnist}\ntraining: {batch: 50, epochs: 7}\n"
    let run = try ResolvedConfiguration(
      text, source: "run.yaml", overrides: ["training.epochs=9", "training.epochs=8"]
    ).run
    #expect(run.training.batch == 50)
    #expect(run.training.epochs == 8)
    #expect(run.training.learningRate == 2e-3)
  }

  @Test func conditionsAndChangesNameKnownKeysAndChangeNoCondition() throws {
    let defaults = try ConfigurationTree(defaultConfiguration, source: "defaults")
    let conditions = Set(profileOverlays.flatMap(\.conditions.keys))
    for overlay in profileOverlays {
      for (key, words) in overlay.conditions {
        let choices = try #require(ConfigurationChoices.all[key])
        #expect(words.isSubset(of: choices.words))
      }
      let changes = try ConfigurationTree(overlay.yaml, source: "overlay")
      #expect(!changes.keys.isEmpty)
      #expect(changes.keys.allSatisfy { defaults[$0] != nil && !conditions.contains($0) })
    }
  }

  /// Section 4.4 and 2.4 of the recipe: what families and decoders change.
  @Test func familiesAndDecodersHaveTheirRecipes() throws {
    let poisson = try run("data.name=van-hateren")
    #expect(poisson.model.latents == 512 && poisson.model.prior.trainable)
    #expect(poisson.training.temperature.stop == 0.05)
    for family in ["gaussian", "laplace"] {
      let model = try run("model.family=\(family)")
      #expect(!model.model.prior.trainable && model.model.latents == 512)
      let temperature = model.training.temperature
      #expect(temperature.start == 1 && temperature.stop == 1 && temperature.anneal == 0)
    }
    let categorical = try run("model.family=categorical")
    #expect(categorical.model.latents == 1 && categorical.model.categories == 512)
    #expect(!categorical.model.prior.trainable)
    #expect(categorical.training.temperature.stop == 0.1)
    #expect(categorical.training.temperature.anneal == 0.5)

    let shallow = try run("model.encoder=conv+b")
    #expect(shallow.model.latents == 512 && shallow.model.initialScale == 0.05)
    #expect(shallow.training.betaSchedule.hold == 0)
    for decoder in ["mlp", "conv", "conv+b"] {
      let deep = try run("model.encoder=conv+b", "model.decoder=\(decoder)")
      #expect(deep.model.latents == 10 && deep.model.initialScale == 0.1)
      #expect(deep.model.prior.clamp == -2)
      #expect(deep.training.betaSchedule.hold == 0.01)
      let own = try run("model.decoder=\(decoder)", "model.family=categorical")
      #expect(own.model.latents == 1 && own.model.categories == 10)
    }
    let exact = try run("model.encoder=mlp", "training.method=exact", "data.name=mnist")
    #expect(exact.training.gradientClip == 4000)
    let later = try run(
      "model.encoder=mlp", "training.method=exact", "data.name=mnist", "profile=2026")
    #expect(later.training.gradientClip == 4000)
  }
}
