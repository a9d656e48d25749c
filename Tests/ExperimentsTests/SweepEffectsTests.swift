import Models
import Testing

@testable import Experiments

@Suite struct SweepEffectsTests {
  private func definition(_ text: String) throws(ConfigurationError) -> SweepDefinition {
    try SweepDefinition(SweepFile(path: "sweep.yaml", text: text), overrides: [])
  }

  private func failure(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> String
  {
    do {
      _ = try definition(text)
      Issue.record("no error", sourceLocation: sourceLocation)
      return ""
    } catch {
      #expect(error.exitCode == 78, sourceLocation: sourceLocation)
      return error.description
    }
  }

  @Test(arguments: [
    ("{key: training.beta, values: [1, 1.0]}", "1 and 1.0"),
    ("{key: training.beta, values: [0.5, 1, 5e-1]}", "0.5 and 5e-1"),
    ("{key: model.latents, values: [16, 0x10]}", "16 and 0x10"),
    ("{key: reduction.overlap, values: [true, True]}", "true and True"),
    ("{key: profile, values: [paper, 2024]}", "paper and 2024"),
    ("{key: model.family, values: [lca, poisson, lca]}", "lca and lca"),
    ("{key: training.beta, log_range: [2, 2], count: 3}", "2 and 2"),
    ("{zip: {training.beta: [1, 1.0], seed: [3, 3]}}", "1 3 and 1.0 3"),
  ])
  func equalValuesOfAnAxisAreRefused(_ axis: String, _ values: String) {
    let message = failure("sweep:\n  axes:\n    - \(axis)\n")
    #expect(
      message.hasPrefix("sweep.yaml:3: ") && message.contains(" has \(values), which are the same"))
  }

  @Test(arguments: [
    "{key: training.beta, values: [1, 010]}", "{key: training.beta, range: [1, 1_000], count: 2}",
    "{key: training.beta, range: [1, 2], count: 0b10}",
    "{key: training.beta, range: [0, 8], step: 08}",
    "{key: reduction.overlap, values: [yes]}",
    "{key: seed, values: [1], when: {training.beta: 010}}",
  ])
  func numbersOfAnAxisAreReadAsThoseOfARun(_ axis: String) {
    let message = failure("sweep:\n  axes:\n    - \(axis)\n")
    #expect(
      message.hasPrefix("sweep.yaml:3: ") && message.contains(" in YAML 1.1 and "), "\(message)")
  }

  @Test func countsAndSeedsMayBeWrittenWithAnExponent() throws {
    let sweep = try definition(
      "sweep: {axes: [{key: training.beta, range: [1, 2], count: 2.0}], seeds: [1e0, 2]}")
    #expect(sweep.trialCount == 4)
    #expect(failure("sweep: {seeds: [1, 1.0]}").contains("different whole numbers"))
    #expect(failure("sweep: {seeds: 010}").contains("8 in YAML 1.1 and 10 in YAML 1.2"))
    #expect(failure("sweep: {searcher: random, points: 010}").contains("8 in YAML 1.1"))
    #expect(try definition("sweep: {searcher: random, points: 1e1}").trialCount == 10)
  }

  @Test func anAxisThatChangesNothingIsRefused() {
    #expect(
      failure("sweep:\n  axes:\n    - {key: model.categories, values: [10, 20]}")
        == "sweep.yaml:3: trials would be equal: model.categories has no effect, it needs categorical "
        + "(model.family is poisson); 'when' says which trials have an axis")
    #expect(
      failure("sweep:\n  axes:\n    - {key: model.categories, values: [20]}")
        == "sweep.yaml:3: model.categories is 20, which has no effect: it needs categorical "
        + "(model.family is poisson)")
    let families = "    - {key: model.family, values: [categorical, gaussian]}\n"
    #expect(
      failure("sweep:\n  axes:\n\(families)    - {key: model.categories, values: [10, 20]}")
        .contains("sweep.yaml:4: trials would be equal"))
    #expect(
      failure(
        "sweep:\n  searcher: random\n  points: 9\n  axes:\n\(families)"
          + "    - {key: model.scale_clamp, uniform: [1, 2]}"
      ).contains("sweep.yaml:6: trials would be equal"))
    #expect(
      failure("sweep: {axes: [{zip: {model.family: [lca, lca], training.beta: [1, 2]}}]}")
        .contains("trials would be equal: those with model.family=lca"))
  }

  @Test func aConditionMakesTrialsOfAnAxisDifferent() throws {
    let sweep = try definition(
      """
      model: {scale_clamp: 4, categories: 30}
      sweep:
        axes:
          - {key: model.family, values: [categorical, gaussian]}
          - {key: model.categories, values: [10, 20], when: {model.family: categorical}}
      """)
    #expect(sweep.trialCount == 3)
    let gaussian = try sweep.configuration(["model.family": "gaussian"])
    #expect(gaussian.run.model.scaleClamp == 4 && gaussian.run.model.categories == 512)
    // A trial's saved configuration is one that can be trained alone.
    #expect(try ResolvedConfiguration(gaussian.yaml, source: "config.yaml").run == gaussian.run)
  }

  @Test func aValueOfTheFileThatNoTrialUsesIsRefused() throws {
    let axes = "sweep: {axes: [{key: model.family, values: [poisson, gaussian]}]}"
    #expect(
      failure("model:\n  categories: 30\n\(axes)")
        == "sweep.yaml:2: model.categories is 30, which has no effect: it needs categorical "
        + "(model.family is poisson)")
    _ = try definition("model: {rate_clamp: 4}\n\(axes)")
  }

  @Test func whatTheCommandLineMakesVainInAFileIsSaid() throws {
    let text = "data: {dead_leaves: {images: 4}}\nsweep: {seeds: 2}"
    let sweep = try SweepDefinition(
      SweepFile(path: "sweep.yaml", text: text), overrides: ["data.name=mnist"])
    #expect(
      sweep.notes == [
        "without effect: data.dead_leaves.images, of dead-leaves (data.name is mnist)"
      ])
    #expect(try definition(text).notes.isEmpty)
  }

  @Test func inferenceIsSetForTheMetricThatUsesIt() throws {
    let text = "model: {sparse_coding: {iterations: 7}}\nsweep: {seeds: 2"
    #expect(failure("\(text)}").contains("model.sparse_coding.iterations is 7"))
    let sweep = try definition("\(text), metrics: [amortization]}")
    #expect(try sweep.configuration([:]).run.model.sparseCoding.iterations == 7)
  }

  @Test(arguments: [
    ("factor: 5", "asha or hyperband"), ("scheduler: median, factor: 5", "asha or hyperband"),
    ("first_epochs: 5", "asha, hyperband or median"), ("seed: 5", "random, sobol or tpe"),
  ])
  func aKeyOfTheSweepThatChangesNothingIsRefused(_ keys: String, _ needs: String) throws {
    #expect(failure("sweep: {\(keys)}").contains("which has no effect: it needs \(needs) (sweep."))
    _ = try definition("sweep: {factor: 3, first_epochs: 1, seed: 0}")
  }

  @Test func moreRandomPointsThanThereAreIsSaid() throws {
    let axis = "axes: [{key: training.beta, values: [1, 2]}, {key: model.latents, integer: [3, 5]}]"
    #expect(
      try definition("sweep: {searcher: random, points: 7, \(axis)}").notes == [
        "sweep.points is 7, and the axes have 6 different points: trials will be equal"
      ])
    #expect(try definition("sweep: {searcher: random, points: 6, \(axis)}").notes.isEmpty)
  }
}
