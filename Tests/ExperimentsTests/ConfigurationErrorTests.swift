import Foundation
import TestSupport
import Testing

@testable import Experiments

struct ConfigurationErrorTests {
  /// The error of a text that must not resolve.
  private func failure(
    _ text: String, _ overrides: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    failure(text, overrides, sourceLocation: sourceLocation)
  }

  private func failure(
    _ text: String, _ overrides: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    do {
      _ = try ResolvedConfiguration(text, source: "run.yaml", overrides: overrides)
      Issue.record("no error", sourceLocation: sourceLocation)
      return ""
    } catch {
      #expect(error.exitCode == 78, sourceLocation: sourceLocation)
      #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
      return error.description
    }
  }

  @Test func unknownKeyIsNamedWithItsLineAndTheNearestKey() {
    #expect(
      failure("seed: 1\ntraining:\n  batch: 10\n  learningrate: 0.1\n")
        == "run.yaml:4: there is no key training.learningrate; "
        + "did you mean training.learning_rate?")
    #expect(
      failure("batch: 10")
        == "run.yaml:1: there is no key batch; did you mean training.batch?")
    #expect(
      failure("seed: 1\ntrainnig: {batch: 10}")
        == "run.yaml:2: there is no key trainnig.batch; did you mean training.batch?")
    #expect(
      failure("", "model.latnets=3")
        == "command line: there is no key model.latnets; did you mean model.latents?")
    #expect(
      failure("training:\n  temprature:\n    start: 2")
        == "run.yaml:3: there is no key training.temprature.start; "
        + "did you mean training.temperature.start?")
    #expect(
      failure("", "training.temprature=1")
        == "command line: there is no key training.temprature; did you mean training.temperature?")
  }

  @Test func unknownKeyLikeNoOtherComesWithTheKeysOfItsSection() {
    #expect(
      failure("training: {temperature: {colour: 3}}")
        == "run.yaml:1: there is no key training.temperature.colour; "
        + "known are start, stop, anneal, schedule")
    #expect(
      failure("colour: 3")
        == "run.yaml:1: there is no key colour; "
        + "known are profile, seed, data, model, training, reduction, checkpoints, kernels")
  }

  @Test(arguments: [
    ("training:\n  batch: lots", "run.yaml:2: training.batch is 'lots'; expected a whole number"),
    ("training:\n  batch: 2.5", "run.yaml:2: training.batch is '2.5'; expected a whole number"),
    ("training:\n  batch: null", "run.yaml:2: training.batch is null; expected a whole number"),
    ("training:\n  beta: x", "run.yaml:2: training.beta is 'x'; expected a number"),
    ("seed: -1", "run.yaml:1: seed is '-1'; expected a whole number from 0 to 4294967295"),
    ("seed: 4294967296", "run.yaml:1: seed is '4294967296'; expected a whole number from 0 to"),
    ("model: {excitation_only: 3}", "run.yaml:1: model.excitation_only is '3'; expected true or"),
    ("training: {batch: [1, 2]}", "run.yaml:1: training.batch is a list; expected one value"),
    ("training: {batch: {}}", "run.yaml:1: training.batch is a section; expected one value"),
    ("training: {batch: {size: 1}}", "run.yaml:1: training.batch is a section; expected one value"),
    ("reduction: []", "run.yaml:1: reduction is a list; expected a section with the keys mode"),
    ("reduction: 4", "run.yaml:1: reduction is 4; expected a section with the keys mode, shards"),
  ])
  func valueOfAnotherKindSaysWhatWasExpected(_ text: String, _ expected: String) {
    #expect(failure(text).hasPrefix(expected), "\(failure(text))")
  }

  @Test func wordThatIsNoChoiceComesWithTheChoicesAndTheNearest() {
    #expect(
      failure("seed: 1\ntraining:\n  method: exakt\n")
        == "run.yaml:3: training.method is 'exakt'; "
        + "expected one of mc, exact, st; did you mean exact?")
    #expect(
      failure("", "reduction.mode=quick")
        == "command line: reduction.mode is 'quick'; expected one of exact, fast")
    #expect(failure("profile: 2025").hasPrefix("run.yaml:1: profile is '2025'; expected one of"))
    #expect(failure("data: {name: }").hasPrefix("run.yaml:1: data.name is null; expected one of"))
  }

  /// What has no meaning together is refused by the key that was given.
  @Test(arguments: [
    (
      ["training.method=exact", "model.decoder=conv+b"], "training.method is exact",
      "linear decoder"
    ),
    (["model.family=gaussian", "training.method=st"], "training.method is st", "poisson and"),
    (
      ["model.family=gaussian", "model.latent_function=relu", "training.method=exact"],
      "training.method is exact", "no closed form"
    ),
    (["model.latent_function=exp"], "model.latent_function is exp", "gaussian and laplace"),
    (["model.prior.trainable=false"], "model.prior.trainable is false", "poisson"),
    (
      ["model.family=categorical", "model.latents=2", "training.method=exact"],
      "training.method is exact", "one categorical variable"
    ),
    (["model.family=categorical", "model.latents=9000"], "model.latents is 9000", "one variable"),
    (["model.family=categorical", "model.categories=1"], "model.categories is 1", "from 2"),
    (["model.dropout=1"], "model.dropout is 1", "below 1"),
  ])
  func whatDoesNotGoTogetherIsRefused(_ words: [String], _ key: String, _ expected: String) {
    let message = failure("", words)
    #expect(message.hasPrefix("command line: \(key)") && message.contains(expected), "\(message)")
  }

  @Test(arguments: [
    "model.latents=0", "model.initial_scale=0", "training.batch=0", "training.epochs=0",
    "training.steps=0", "training.schedule_steps=-1", "training.beta=-1", "training.beta=.inf",
    "training.beta=.nan", "training.beta_schedule.hold=1.5", "training.beta_schedule.anneal=-0.1",
    "training.temperature.stop=0", "training.temperature.anneal=2", "training.gradient_clip=0",
    "training.gradient_clip=.inf", "training.warm_up_clip_factor=0", "training.weight_decay=-1",
    "training.learning_rate=-1", "training.learning_rate_schedule.warm_up_share=1.1",
    "training.learning_rate_schedule.warm_up_epochs=-1", "training.adamax.first_moment=1",
    "training.adamax.epsilon=0", "training.validate_every=0", "training.log_every=0",
    "reduction.shards=0", "checkpoints.interval=0", "checkpoints.keep=0", "data.limit_images=1",
    "data.dead_leaves.width=23", "data.dead_leaves.smallest_radius=0.4", "data.path=\"\"",
  ])
  func valueOutOfRangeIsAnError(_ override: String) {
    let key = override.prefix { $0 != "=" }
    let isQuoted = override.hasSuffix("\"\"")
    let message = isQuoted ? failure("data: {path: ''}") : failure("", override)
    #expect(message.hasPrefix(isQuoted ? "run.yaml:1: " : "command line: \(key) is "))
    #expect(message.contains("; expected "))
  }

  @Test func ofTwoKeysThatDoNotSuitTheGivenOneIsNamed() {
    #expect(
      failure("", "reduction.shards=2000")
        == "command line: reduction.shards is 2000; expected at least one sample of "
        + "training.batch for each of reduction.shards (training.batch is 1000)")
    #expect(
      failure("training:\n  batch: 3\n")
        == "run.yaml:2: training.batch is 3; expected at least one sample of "
        + "training.batch for each of reduction.shards (reduction.shards is 4)")
    #expect(
      failure("training: {beta_schedule: {hold: 0.6}}").hasPrefix(
        "run.yaml:1: training.beta_schedule.hold is 0.6; expected"))
    #expect(
      failure("data: {dead_leaves: {smallest_radius: 300}}").hasPrefix(
        "run.yaml:1: data.dead_leaves.smallest_radius is 300; expected"))
    #expect(
      failure("model: {prior: {distribution: normal, clamp: 0}}").hasPrefix(
        "run.yaml:1: model.prior.clamp is 0; expected"))
  }

  @Test(arguments: ["training.batch", "=5", "", "--resume"])
  func wordWithoutKeyAndValueIsAnError(_ word: String) {
    #expect(
      failure("", word) == "command line: '\(word)' is not of the form key.path=value")
  }

  @Test(arguments: [
    ("training: ]\nseed: 1\n", "run.yaml:1: ", "not valid YAML"),
    ("seed: 1\n\tseed: 2\n", "run.yaml:2: ", "not valid YAML"),
    ("seed: 1\ndata:\n  name: mnist\nseed: 2\n", "run.yaml:1: ", "seed is given twice, first here"),
    ("training: {steps: 3}\ntraining.steps: 2\n", "run.yaml:2: ", "training.steps is given twice"),
    ("- 1\n- 2\n", "run.yaml:1: ", "expected keys with values"),
    ("just words", "run.yaml:1: ", "expected keys with values"),
    ("? [a]\n: 1\n", "run.yaml:1: ", "a key is not a word"),
    ("seed: 1\n---\nseed: 2\n", "run.yaml:2: ", "not valid YAML"),
    ("seed: \u{1}", "run.yaml", "not valid YAML"),
  ])
  func textThatIsNoConfigurationSaysWhereAndWhy(_ text: String, _ place: String, _ words: String) {
    let message = failure(text)
    #expect(message.hasPrefix(place) && message.contains(words), "\(message)")
  }

  @Test func missingUnreadableAndEmptyFilesAreToldApart() throws {
    try withTemporaryFolder { folder in
      func error(_ path: String) -> ConfigurationError? {
        do {
          _ = try ResolvedConfiguration(path: path)
          return nil
        } catch {
          return error
        }
      }
      let missing = error("\(folder)/none.yaml")
      #expect(missing?.exitCode == 66)
      #expect(missing?.description == "\(folder)/none.yaml: there is no such configuration file")
      #expect(error(folder)?.exitCode == 66)
      for text in ["", "\n\n", "# seed: 1\n  # no more\n"] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/empty.yaml"))
        let empty = error("\(folder)/empty.yaml")
        #expect(empty?.exitCode == 78)
        #expect(empty?.description.hasPrefix("\(folder)/empty.yaml: is empty") == true)
      }
      try Data([0xFF, 0xFE, 0]).write(to: URL(fileURLWithPath: "\(folder)/binary.yaml"))
      #expect(error("\(folder)/binary.yaml")?.description.contains("UTF-8") == true)
    }
  }
}
