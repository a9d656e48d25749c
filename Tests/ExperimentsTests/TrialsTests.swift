import Models
import Testing

@testable import Experiments

struct TrialsTests {
  @Test func aTrialIsALineThatIsNoCommentAndKeepsItsNumber() throws {
    let trials = try Trials(
      "seed=1\n# none\n\n  seed=2\tmodel.latents=16  \nseed=3", path: "trials.txt")
    #expect(trials.trials.map(\.line) == [1, 4, 5])
    #expect(trials.trials[1].settings == ["seed=2", "model.latents=16"])
    #expect(trials.indices == "1,4-5")
    let configurations = try trials.resolve("", source: "run.yaml", overrides: ["seed=9"])
    #expect(configurations.map(\.run.seed) == [1, 2, 3])
    #expect(configurations.map(\.run.model.latents) == [512, 16, 512])
  }

  @Test(arguments: [
    ("seed=1\nseeed=2", "trials.txt:2: there is no key seeed; did you mean seed?"),
    ("\nmodel.latents=0", "trials.txt:2: model.latents is 0; expected from 1 to 1000000"),
    ("seed", "trials.txt:1: 'seed' is not of the form key.path=value"),
    ("# seed=1\n", "trials.txt: has no trial; expected lines of key.path=value words"),
    ("seed=1\n\nseed=1.0", "trials.txt:3: is the same trial as line 1"),
    (
      "model.categories=9",
      "trials.txt:1: model.categories is 9, which has no effect: it needs categorical (model.family is poisson)"
    ),
    ("seed=1\r\nseed=2\r\n", "trials.txt: has the line ends of Windows; expected those of Unix"),
  ])
  func whatIsWrongIsNamedWithItsLine(_ text: String, _ expected: String) {
    do {
      _ = try Trials(text, path: "trials.txt").resolve("", source: "run.yaml", overrides: [])
      Issue.record("no error")
    } catch {
      #expect(error.description == expected)
      #expect(error.exitCode == 78)
    }
  }

  @Test func whatOnlySomeTrialsUseIsJudgedWithTheirSettings() throws {
    let trials = try Trials("model.family=categorical\nmodel.family=categorical seed=2", path: "t")
    let resolved = try trials.resolve(
      "model: {categories: 20}", source: "run.yaml", overrides: [])
    #expect(resolved.map(\.run.model.categories) == [20, 20])
  }
}
