import Checkpoints
import Datasets
import Models
import Testing
import Training

@testable import Experiments

@Suite struct YAMLReadingTests {
  private func failure(
    _ text: String, _ overrides: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    do {
      _ = try ResolvedConfiguration(text, source: "run.yaml", overrides: overrides)
      Issue.record("no error", sourceLocation: sourceLocation)
      return ""
    } catch {
      #expect(error.exitCode == 78, sourceLocation: sourceLocation)
      return error.description
    }
  }

  @Test(arguments: [
    ("010", "8", "10"), ("-010", "-8", "-10"), ("08", "a text", "8"), ("0o10", "a text", "8"),
    ("1:20", "80", "a text"), ("1:20.5", "80.5", "a text"), ("1_000", "1000", "a text"),
    ("1_0.5", "10.5", "a text"), ("0b11", "3", "a text"), ("0x1_0", "16", "a text"),
    ("-0x10", "-16", "a text"), ("010e1", "a text", "100"), ("yes", "true", "a text"),
    ("Off", "false", "a text"), ("n", "false", "a text"),
  ])
  func whatTheVersionsReadDifferentlyIsRefusedWithBothReadings(
    _ text: String, _ old: String, _ new: String
  ) {
    let readings = "is '\(text)', \(old) in YAML 1.1 and \(new) in YAML 1.2; expected "
    let key = ["yes", "Off", "n"].contains(text) ? "reduction.overlap" : "training.beta"
    #expect(failure("", ["\(key)=\(text)"]).hasPrefix("command line: \(key) \(readings)"))
    let section = key.split(separator: ".")
    for quoted in [text, "'\(text)'", "!!str \(text)"] {
      #expect(
        failure("\n\(section[0]):\n  \(section[1]): \(quoted)\n").hasPrefix(
          "run.yaml:3: \(key) \(readings)"))
    }
  }

  @Test(arguments: [
    ("1e-3", 0.001), (".5", 0.5), ("0x10", 16), ("1.", 1), ("+2", 2), ("2.5e+1", 25), ("08.5", 8.5),
    ("0", 0), ("0.25", 0.25), ("1E2", 100),
  ])
  func whatAllReadAlikeIsTaken(_ text: String, _ value: Double) throws {
    let run = try ResolvedConfiguration("training: {beta: \(text)}", source: "run.yaml").run
    #expect(run.training.beta == value)
  }

  /// Texts that a decoder would take for numbers all the same.
  @Test(arguments: ["inf", "nan", "infinity", "0x1p3", "1_0e5", "1__0e1"])
  func aTextIsNoNumber(_ text: String) {
    #expect(failure("training: {beta: \(text)}").contains("'\(text)', a text in YAML"))
  }

  @Test(arguments: ["2e1", "20.0", "0x14", "+20", "2.0e+1"])
  func aWholeNumberMayBeWrittenWithAPointOrAnExponent(_ text: String) throws {
    let saved = try ResolvedConfiguration(
      "training: {steps: \(text)}", source: "run.yaml",
      overrides: ["checkpoints.interval=\(text)", "seed=\(text)"])
    #expect(saved.run.training.steps == 20)
    #expect(saved.run.checkpoints.interval == .steps(20))
    #expect(saved.run.seed == 20)
    #expect(try ResolvedConfiguration(saved.yaml, source: "config.yaml").run == saved.run)
  }

  @Test(arguments: ["2.5", "1e-1", "1e30", "99999999999999999999"])
  func whatIsNoWholeNumberExactlyIsRefused(_ text: String) {
    #expect(
      failure("training: {steps: \(text)}")
        == "run.yaml:1: training.steps is '\(text)'; expected a whole number")
  }

  /// Version 0.1.0 saved numbers as they were written.
  @Test func aSavedConfigurationIsReadAsItAlwaysWas() throws {
    let saved = try ResolvedConfiguration(
      saved: "training: {steps: 010, batch: 1_000}\nreduction: {overlap: yes}\n"
        + "data: {path: ~/digits}\nmodel: {categories: 20}", source: "config.yaml")
    #expect(saved.run.training.steps == 8)
    #expect(saved.run.data.path == "~/digits")
    #expect(saved.run.model.categories == 20)
  }

  @Test func wordsAreTextsWhateverTheyLookLike() throws {
    let run = try ResolvedConfiguration(
      "profile: 2024\ndata: {name: mnist, path: 010, cache: 1_000}", source: "run.yaml"
    ).run
    #expect(run.data.path == "010")
    #expect(run.data.cache == "1_000")
  }

  @Test func mergeKeysGiveWhatIsNotThere() throws {
    let run = try ResolvedConfiguration(
      """
      x-common: &common {batch: 100, epochs: 7, temperature: {start: 2, stop: 0.5}}
      x-late: &late {epochs: 8, log_every: 3}
      training:
        <<: [*common, *late]
        batch: 50
      model:
        <<: {latents: 16, dropout: 0.5}
        prior:
          <<: {clamp: -3}
        encoder: mlp
      """, source: "run.yaml"
    ).run
    #expect(run.training.batch == 50)
    #expect(run.training.epochs == 7)
    #expect(run.training.logEvery == 3)
    #expect(run.training.temperature.start == 2 && run.training.temperature.stop == 0.5)
    #expect(run.model.latents == 16 && run.model.dropout == 0.5 && run.model.prior.clamp == -3)
  }

  @Test func whatIsForAnchorsIsNotSaved() throws {
    let saved = try ResolvedConfiguration(
      "x-a: &a {batch: 100, nonsense: [1, {b: c}]}\nx-b: 3\ntraining: {batch: 200}",
      source: "run.yaml")
    let plain = try ResolvedConfiguration("training: {batch: 200}", source: "run.yaml")
    #expect(saved.yaml == plain.yaml)
  }

  @Test func mergedKeysAreCheckedLikeOthers() {
    #expect(
      failure("x-a: &a\n  bach: 100\ntraining:\n  <<: *a\n")
        == "run.yaml:2: there is no key training.bach; did you mean training.batch?")
    #expect(
      failure("training: {<<: 3}")
        == "run.yaml:1: << is followed by no map; expected one, or a list of them")
    #expect(failure("training: {'<<': {batch: 3}}").contains("there is no key training.<<.batch"))
    #expect(failure("training: {x-a: 3}").contains("there is no key training.x-a"))
    #expect(failure("", ["x-a=3"]).contains("there is no key x-a"))
  }

  @Test func aliasesOfAliasesEndInAMessage() {
    let doubled = (1..<40).map { "x-\($0): &a\($0) {<<: {a: *a\($0 - 1)}, b: *a\($0 - 1)}" }
    #expect(
      failure((["x-0: &a0 {a: 1}"] + doubled + ["model: *a39"]).joined(separator: "\n"))
        .contains("has more than 1000000 values"))
    let nested = (1..<60_000).map { "x-\($0): &a\($0) {a: *a\($0 - 1)}" }
    #expect(
      failure((["x-0: &a0 {a: 1}"] + nested).joined(separator: "\n"))
        .contains("anchors within anchors"))
  }
}
