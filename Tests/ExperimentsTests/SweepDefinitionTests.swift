import Foundation
import Models
import Testing
import Training

@testable import Experiments

struct SweepDefinitionTests {
  private func definition(
    _ text: String, base: String? = nil, _ overrides: [String] = []
  ) throws(ConfigurationError) -> SweepDefinition {
    try SweepDefinition(
      SweepFile(path: "sweep.yaml", text: text, base: base.map { ("base.yaml", $0) }),
      overrides: overrides)
  }

  /// The settings of all trials, as words.
  private func trials(_ definition: SweepDefinition) -> [String] {
    (0..<definition.trialCount).map { number in
      let point = definition.gridPoint(number / definition.seeds.count)
      let settings = definition.settings(of: number, at: point).settings
      return definition.keys.compactMap { key in settings[key].map { "\(key)=\($0)" } }
        .joined(separator: " ")
    }
  }

  @Test func aGridHasAllCombinationsWithTheSeedsInnermost() throws {
    let definition = try definition(
      """
      sweep:
        axes:
          - {key: training.beta, values: [0.5, 1]}
          - {key: model.latents, range: [16, 48], step: 16}
        seeds: [3, 5]
      """)
    #expect(definition.trialCount == 12)
    #expect(
      trials(definition).prefix(4) == [
        "training.beta=0.5 model.latents=16 seed=3", "training.beta=0.5 model.latents=16 seed=5",
        "training.beta=0.5 model.latents=32 seed=3", "training.beta=0.5 model.latents=32 seed=5",
      ])
    #expect(trials(definition).last == "training.beta=1 model.latents=48 seed=5")
    let run = try definition.configuration(["training.beta": "0.5", "seed": "5"]).run
    #expect(run.seed == 5 && run.training.beta == 0.5)
  }

  @Test func zippedKeysGoTogetherAndAnAxisAppliesWhereItsConditionHolds() throws {
    let definition = try definition(
      """
      sweep:
        axes:
          - zip: {model.family: [poisson, gaussian, laplace], training.epochs: [10, 20, 30]}
          - {key: model.latent_function, values: [none, relu], when: {model.family: [gaussian, laplace]}}
      """)
    #expect(
      trials(definition) == [
        "model.family=poisson training.epochs=10",
        "model.family=gaussian training.epochs=20 model.latent_function=none",
        "model.family=gaussian training.epochs=20 model.latent_function=relu",
        "model.family=laplace training.epochs=30 model.latent_function=none",
        "model.family=laplace training.epochs=30 model.latent_function=relu",
      ])
  }

  @Test func theFileWinsOverItsBaseAndTheCommandLineOverBoth() throws {
    let definition = try definition(
      "training: {batch: 50}\nsweep: {axes: [{key: seed, values: [1]}], searcher: random}",
      base: "training: {batch: 20, epochs: 9}\nmodel: {latents: 7}",
      ["model.latents=8", "sweep.points=4", "sweep.seeds=[1]"])
    #expect(definition.base.run.training.batch == 50)
    #expect(definition.base.run.training.epochs == 9)
    #expect(definition.base.run.model.latents == 8)
    #expect(definition.trialCount == 4)
  }

  @Test(arguments: [
    (AxisLaw.uniform(2, 4), ["2", "3", "4"]), (.logUniform(0.01, 100), ["0.01", "1", "100"]),
    (.integer(1, 3), ["1", "2", "3"]),
  ])
  func aLawGoesFromOneEndToTheOther(_ law: AxisLaw, _ texts: [String]) {
    #expect([0, 0.5, 1].map(law.text) == texts)
  }

  /// Values of SciPy's `norm.ppf`.
  @Test(arguments: [
    (0.5, 0), (0.975, 1.959963984540054), (0.001, -3.090232306167813),
    (1e-10, -6.361340902404056), (0.3, -0.5244005127080409),
  ])
  func normalQuantileIsSciPys(_ probability: Double, _ quantile: Double) {
    #expect(abs(normalQuantile(probability) - quantile) < 1e-12)
  }

  @Test(arguments: [
    (
      "sweep: {axes: [{key: training.betta, values: [1]}]}",
      "sweep.yaml:1: there is no key training.betta; did you mean training.beta?"
    ),
    (
      "sweep:\n  axes:\n    - {key: training.beta}",
      "sweep.yaml:3: the axis training.beta needs one of values, range, log_range, uniform, log_uniform, normal, integer"
    ),
    (
      "sweep: {axes: [{key: training.beta, valuess: [1]}]}",
      "sweep.yaml:1: there is no key sweep.axes.valuess; did you mean values?"
    ),
    (
      "sweep: {axes: [{key: training.beta, range: [1, 2]}]}",
      "sweep.yaml:1: training.beta is an axis with range; expected range: [first, last], with count or step"
    ),
    (
      "sweep: {axes: [{key: training.beta, uniform: [1, 2]}]}",
      "sweep.yaml:1: training.beta is an axis without a list of values; expected values, a range with count or step, or a log_range with count, as sweep.searcher is grid"
    ),
    (
      "sweep: {axes: [{key: training.beta, uniform: [1, 2], step: 1}], searcher: random, points: 2}",
      "sweep.yaml:1: training.beta is an axis with uniform and step; expected uniform: [low, high]"
    ),
    (
      "sweep: {axes: [{zip: {seed: [1, 2], model.latents: [3]}}]}",
      "sweep.yaml:1: model.latents has 1 values and seed has 2: zipped keys need as many"
    ),
    (
      "sweep: {axes: [{key: seed, values: [1]}, {key: seed, values: [2]}]}",
      "sweep.yaml:1: seed has an axis already"
    ),
    (
      "sweep: {searcher: gird}",
      "sweep.yaml:1: sweep.searcher is 'gird'; expected one of grid, random, sobol, tpe; did you mean grid?"
    ),
    (
      "sweep: {searcher: random}",
      "sweep.yaml: sweep.points is null; expected how many trials to choose, from 1 to 1000000"
    ),
    (
      "sweep: {onfailure: skip}",
      "sweep.yaml:1: there is no key sweep.onfailure; known are sweep.base, sweep.searcher, sweep.points, sweep.seed, sweep.objective, sweep.direction, sweep.scheduler, sweep.first_epochs, sweep.factor, sweep.deterministic, sweep.ranks_per_trial, sweep.on_trial_failure, sweep.trial_time, sweep.lease, sweep.axes, sweep.seeds, sweep.metrics"
    ),
    (
      "sweep: {on_trial_failure: retry}",
      "sweep.yaml:1: sweep.on_trial_failure is retry; expected retry N with N from 1 to 1000, skip or abort"
    ),
    (
      "sweep: {seeds: 0}",
      "sweep.yaml:1: sweep.seeds is 0; expected how many, or a list of different whole numbers from 0 to 4294967295"
    ),
    (
      "sweep: {objective: nelbow}",
      "sweep.yaml:1: sweep.objective is nelbow; expected a metric of shoal evaluate; did you mean nelbo?"
    ),
    (
      "trainig: {batch: 3}\nsweep: {seeds: 2}",
      "sweep.yaml:1: there is no key trainig.batch; did you mean training.batch?"
    ),
    (
      "trainig: {batch: 3}",
      "sweep.yaml: expected a section sweep with keys, as axes; it makes a sweep of a run"
    ),
    (
      "sweep: {axes: [{key: seed, values: [1], when: {model.family: lca}}, {key: model.family, values: [lca]}]}",
      "sweep.yaml:1: when is about model.family, whose axis must stand before this one"
    ),
    (
      "sweep: {axes: [{key: model.family, values: [lca]}, {key: seed, values: [1], when: {model.family: ista}}]}",
      "sweep.yaml:1: when model.family is ista; expected one of the axis' values, lca"
    ),
    (
      "sweep: {axes: [{key: seed, values: [1], when: {model.family: poison}}]}",
      "sweep.yaml:1: when model.family is 'poison'; expected one of poisson, gaussian, laplace, categorical, lca, ista, fista; did you mean poisson?"
    ),
    (
      "sweep: {axes: [{key: seed, integer: [-9e18, 9e18]}], searcher: random, points: 1}",
      "sweep.yaml:1: seed is an axis with integer; expected integer: [low, high], both whole"
    ),
    (
      "sweep: {searcher: random, points: 1000000, seeds: 2}",
      "sweep.yaml: points times seeds are more than 1000000 trials"
    ),
    (
      "sweep: {trial_time: soon}",
      "sweep.yaml:1: sweep.trial_time is soon; expected a time as 90s, 30, 12:00:00 or 2-0, or null"
    ),
  ])
  func whatIsWrongIsNamedWithItsLine(_ text: String, _ expected: String) {
    do throws(ConfigurationError) {
      _ = try definition(text)
      Issue.record("no error")
    } catch {
      #expect(error.description == expected)
      #expect(error.exitCode == 78)
    }
  }

  @Test(arguments: [
    ("paper-estimators", 150), ("paper-active-neurons", 180), ("paper-beta", 50),
    ("paper-classification", 90), ("paper-estimators-small", 10),
    ("paper-active-neurons-small", 12), ("paper-beta-small", 10),
    ("paper-classification-small", 4), ("quickstart", 18),
  ])
  func theSweepsOfThePackageHaveAsManyTrialsAsTheySay(_ name: String, _ count: Int) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../configs/sweeps").standardized.path
    let definition = try SweepDefinition(SweepFile("\(folder)/\(name).yaml"), overrides: [])
    #expect(definition.trialCount == count)
    for point in definition.probes {
      _ = try definition.configuration(definition.settings(of: 0, at: point).settings)
    }
  }

  @Test func aValueThatNoRunMayHaveIsNamedWithItsAxis() throws {
    let definition = try definition(
      "sweep:\n  axes:\n    - {key: model.latents, values: [16, 0]}")
    do throws(ConfigurationError) {
      _ = try definition.configuration(["model.latents": "0"])
      Issue.record("no error")
    } catch {
      #expect(
        error.description
          == "sweep.yaml:3, of the trial with model.latents=0: model.latents is 0; expected from 1 to 1000000"
      )
    }
  }
}
