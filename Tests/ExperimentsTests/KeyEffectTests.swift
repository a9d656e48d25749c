import Models
import Testing

@testable import Experiments

@Suite struct KeyEffectTests {
  private func error(_ overrides: [String], text: String = "") -> String? {
    do {
      _ = try ResolvedConfiguration(text, source: "run.yaml", overrides: overrides)
      return nil
    } catch {
      #expect(error.exitCode == 78)
      return error.description
    }
  }

  /// A file with the settings of words.
  private func yaml(_ words: [String]) -> String {
    let pairs = words.map { word in
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (path: parts[0].split(separator: ".").map(String.init), value: String(parts[1]))
    }
    func section(_ depth: Int, _ pairs: [(path: [String], value: String)]) -> String {
      var names: [String] = []
      for pair in pairs where !names.contains(pair.path[depth]) { names.append(pair.path[depth]) }
      let members = names.map { name in
        let inside = pairs.filter { $0.path[depth] == name }
        return inside[0].path.count == depth + 1
          ? "\(name): \(inside[0].value)" : "\(name): \(section(depth + 1, inside))"
      }
      return "{\(members.joined(separator: ", "))}"
    }
    return section(0, pairs)
  }

  /// Settings with which a key has no effect, another value of it, and settings with which it has
  /// one.
  @Test(arguments: [
    ([], "data.path=/tmp", ["data.name=mnist"]),
    (["data.name=mnist"], "data.split=doves", ["data.name=van-hateren"]),
    (["data.name=mnist"], "data.whitening=shifted", ["data.name=cifar16"]),
    (["data.name=mnist"], "data.dead_leaves.images=9", ["data.name=dead-leaves"]),
    (["data.name=cifar16"], "data.dead_leaves.smallest_radius=9", ["data.name=dead-leaves"]),
    ([], "model.categories=20", ["model.family=categorical"]),
    ([], "model.dropout=0.3", ["model.encoder=mlp"]),
    ([], "model.dropout=0.4", ["model.decoder=conv+b"]),
    (["model.family=lca"], "model.initial_scale=0.2", ["model.family=laplace"]),
    (["model.family=gaussian"], "model.prior.distribution=constant", []),
    (["model.family=laplace"], "model.prior.clamp=-3", []),
    (["model.family=gaussian"], "model.rate_clamp=4", []),
    (["model.family=categorical"], "model.excitation_only=true", []),
    (["model.family=gaussian"], "model.evaluation_counts=exact", []),
    (["training.method=exact"], "model.indicator=cosine", ["training.method=st"]),
    (["model.family=laplace"], "model.indicator=cubic", []),
    ([], "model.scale_clamp=4", ["model.family=gaussian"]),
    (
      ["model.family=categorical"], "model.categorical_variance=published",
      ["model.family=categorical", "training.method=exact"]
    ),
    ([], "model.sparse_coding.iterations=5", ["model.family=fista"]),
    (["model.family=ista"], "model.sparse_coding.time_constant=5", ["model.family=lca"]),
    ([], "model.sparse_coding.threshold=0.2", ["model.family=lca"]),
    (
      ["model.family=gaussian"], "model.sparse_coding.normalize_inputs=false", ["model.family=ista"]
    ),
    (["model.family=lca"], "training.beta=2", ["model.family=gaussian"]),
    (["model.family=lca"], "training.beta_schedule.start=0.5", []),
    (["model.family=ista"], "training.weight_decay=0.5", []),
    (["model.family=lca"], "training.adamax.epsilon=0.5", []),
    (["model.family=gaussian"], "training.temperature.start=0.5", ["model.family=categorical"]),
    (["training.method=exact"], "training.temperature.schedule=exponential", []),
    (["training.gradient_clip="], "training.warm_up_clip_factor=2", []),
    (
      ["training.learning_rate_schedule.warm_up_share=0.1"],
      "training.learning_rate_schedule.warm_up_epochs=2", []
    ),
    (["reduction.mode=fast"], "reduction.verify_interval=2", []),
    (["reduction.mode=fast"], "reduction.shared_memory=false", []),
    ([], "checkpoints.mtbf_hours=2", ["checkpoints.interval=auto"]),
  ])
  func aValueThatChangesNothingIsRefusedWhereverItStands(
    _ without: [String], _ word: String, _ with: [String]
  ) throws {
    let key = String(word.prefix { $0 != "=" })
    let refused = try #require(error(without + [word]))
    #expect(refused.hasPrefix("command line: \(key) is ") && refused.contains("has no effect"))
    #expect(error([], text: yaml(without + [word]))?.contains(": \(key) is ") == true)
    #expect(error(with + [word]) == nil)
  }

  /// A file for made-up images is still one for others, with a word about what it has in vain.
  @Test func whatTheCommandLineMakesVainInAFileIsSaidAndNotSaved() throws {
    let text = "data: {dead_leaves: {images: 4, width: 64}}\nmodel: {latents: 3}"
    let run = try ResolvedConfiguration(
      text, source: "run.yaml", overrides: ["data.name=mnist", "data.path=digits"])
    #expect(
      run.notes == [
        "without effect: data.dead_leaves.images, data.dead_leaves.width, of dead-leaves "
          + "(data.name is mnist)"
      ])
    #expect(run.run.model.latents == 3)
    let saved = try ResolvedConfiguration(run.yaml, source: "config.yaml")
    #expect(saved.run == run.run && saved.notes.isEmpty)
    #expect(error(["data.name=mnist", "data.dead_leaves.images=4"], text: text) != nil)
    #expect(try ResolvedConfiguration(text, source: "run.yaml").notes.isEmpty)
  }

  @Test func whatIsMissingIsNamedWithWhatIsThere() {
    #expect(
      error(["model.rate_clamp=4", "model.family=gaussian"])
        == "command line: model.rate_clamp is 4, which has no effect: it needs poisson "
        + "(model.family is gaussian)")
  }

  /// Each key with its default is in every file that Shoal writes itself.
  @Test(arguments: [
    [], ["model.family=gaussian"], ["model.family=categorical", "model.categories=30"],
    ["model.family=lca"], ["model.family=fista", "data.name=mnist"],
    ["data.name=mnist", "profile=2026"], ["model.decoder=conv", "data.name=cifar16"],
    ["training.gradient_clip=", "reduction.mode=fast"],
  ])
  func whatWasSavedIsTakenAsAFile(_ words: [String]) throws {
    let first = try ResolvedConfiguration("", source: "run.yaml", overrides: words)
    let again = try ResolvedConfiguration(first.yaml, source: "config.yaml")
    #expect(again.run == first.run && again.yaml == first.yaml)
  }

  @Test func aTrainedModelTakesOnlyWhatChangesItsUse() throws {
    let saved = try ResolvedConfiguration("", source: "run.yaml").yaml
    for word in ["model.evaluation_counts=exact", "model.sparse_coding.iterations=7", "seed=3"] {
      _ = try ResolvedConfiguration(saved: saved, source: "checkpoint", overrides: [word])
    }
    for word in ["training.epochs=5", "profile=2026", "checkpoints.keep=9", "data.path=/tmp"] {
      #expect(throws: ConfigurationError.self) {
        try ResolvedConfiguration(saved: saved, source: "checkpoint", overrides: [word])
      }
    }
  }

  @Test func whatHadNoEffectThenIsNoDifferenceNow() throws {
    let saved = try ResolvedConfiguration(
      saved: "model: {categories: 20}\ndata: {path: /tmp, dead_leaves: {images: 4}}",
      source: "config.yaml")
    let now = try ResolvedConfiguration("data: {dead_leaves: {images: 4}}", source: "run.yaml")
    #expect(now.differences(from: saved).isEmpty)
  }

  @Test(arguments: ["~/data", "~", "~user/x", "$HOME/data", "${HOME}/data", "a/$(pwd)", "/x/$USER"])
  func aPathThatAShellWouldExpandIsRefused(_ path: String) {
    for key in ["path", "cache"] {
      for text in [
        "data: {name: mnist, \(key): '\(path)'}", "data: {name: mnist, \(key): \"\(path)\"}",
      ] {
        #expect(error([], text: text)?.contains("expected ") == true, "\(text)")
      }
      let word = "data.\(key)=\(path)"
      #expect(error(["data.name=mnist", word])?.hasPrefix("command line: data.\(key) is ") == true)
    }
  }

  @Test(arguments: ["./~", "/x/~y", "a$", "$5", "x~"])
  func aPathWithSuchSignsElsewhereIsTaken(_ path: String) {
    #expect(error(["data.name=mnist", "data.path=\(path)"]) == nil)
  }
}
