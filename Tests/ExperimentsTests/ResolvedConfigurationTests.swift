import Datasets
import Foundation
import Testing
import Training

@testable import Experiments

struct ResolvedConfigurationTests {
  private func resolve(_ text: String, _ overrides: String...) throws -> ResolvedConfiguration {
    try ResolvedConfiguration(text, source: "run.yaml", overrides: overrides)
  }

  @Test func everySettingHasADefaultAndEveryDefaultIsASetting() throws {
    let defaults = try ConfigurationTree(defaultConfiguration, source: "defaults")
    #expect(try resolve("").values.map(\.key) == defaults.keys)
  }

  @Test func everyLineOfKeysInTheDefaultsFollowsAComment() {
    var isExplained = false
    for line in defaultConfiguration.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("#") { isExplained = true }
      if words.isEmpty { isExplained = false }
      let opensSection = words.hasSuffix(":") && !line.hasPrefix(" ")
      #expect(words.isEmpty || opensSection || isExplained, "\(line)")
    }
  }

  @Test func savedTextResolvesToTheSameSettingsAndText() throws {
    let first = try resolve(
      "profile: 2026\ndata: {name: mnist, path: '123', cache: \"null\"}\n"
        + "training: {learning_rate: 5e-4, steps: 0x10}",
      "data.limit_images=10", "training.gradient_clip=")
    let second = try ResolvedConfiguration(first.yaml, source: "config.yaml")
    #expect(second.run == first.run)
    #expect(second.yaml == first.yaml)
    #expect(first.yaml.contains("\n  gradient_clip: null\n"))
    #expect(first.run.data.path == "123")
    #expect(first.run.data.cache == "null")
    #expect(first.run.training.steps == 16)
    #expect(first.run.training.gradientClip == nil)
    let keys = try ConfigurationTree(first.yaml, source: "saved").keys
    #expect(keys == (try ConfigurationTree(defaultConfiguration, source: "defaults").keys))
  }

  @Test(arguments: ["/data/a: b", "/data/x # y", " ", "'quoted'", "{a}", "- x", "a\tb", "é"])
  func anyPathFromTheCommandLineSurvivesSaving(_ path: String) throws {
    let first = try resolve("data: {name: mnist}", "data.path=\(path)")
    #expect(first.run.data.path == path)
    #expect(try ResolvedConfiguration(first.yaml, source: "config.yaml").run.data.path == path)
  }

  @Test(arguments: ["", "null", "~"])
  func nothingAndNullAreNoValue(_ value: String) throws {
    #expect(try resolve("", "training.gradient_clip=\(value)").run.training.gradientClip == nil)
    let text = "training:\n  gradient_clip: \(value)\n  batch: 10\n"
    #expect(try resolve(text).run.training.gradientClip == nil)
  }

  @Test func sectionWithoutKeysChangesNothing() throws {
    #expect(try resolve("seed: 1\ntraining:\n  # batch: 5\n").run == resolve("seed: 1").run)
    #expect(try resolve("seed: 1\nmodel: {}\n").run == resolve("seed: 1").run)
  }

  @Test func differencesNameEveryKeyThatChangesTheNumbers() throws {
    let then = try resolve("training: {learning_rate: 0.005}\nseed: 3")
    let now = try resolve("training: {learning_rate: 2e-3, epochs: 10}\nseed: 3")
    #expect(
      now.differences(from: then) == [
        "training.epochs is 3000 there and 10 here",
        "training.learning_rate is 0.005 there and 0.002 here",
      ])
  }

  @Test func sameValueSpeltOtherwiseIsNoDifference() throws {
    let then = try resolve("training: {learning_rate: 0.005, batch: 1000, gradient_clip: ~}")
    let now = try resolve("training: {learning_rate: 5.0e-3, batch: 1e3, gradient_clip: null}")
    #expect(now.differences(from: then).isEmpty)
  }

  @Test(arguments: [
    "profile=2024", "data.path=/elsewhere", "data.cache=/elsewhere", "training.steps=5",
    "training.validate_every=1", "training.log_every=1", "checkpoints.interval=7",
    "checkpoints.keep=1",
  ])
  func whatLeavesTheNumbersAloneMayDiffer(_ override: String) throws {
    let text = "data: {name: mnist}"
    #expect(try resolve(text, override).differences(from: resolve(text)).isEmpty)
  }

  @Test(arguments: [
    "seed=1", "data.name=mnist", "data.split=doves", "model.latents=10",
    "model.evaluation_counts=exact", "training.epochs=10", "training.schedule_steps=5",
    "training.gradient_clip=", "reduction.mode=fast", "reduction.shards=2", "profile=2026",
  ])
  func whatChangesTheNumbersMayNotDiffer(_ override: String) throws {
    let text = "data: {name: van-hateren}"
    #expect(try !resolve(text, override).differences(from: resolve(text)).isEmpty)
  }
}
