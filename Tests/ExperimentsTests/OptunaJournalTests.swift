import Foundation
import TestSupport
import Testing

@testable import Experiments

@Suite struct OptunaJournalTests {
  @Test func theTextIsWhatOptunaWrites() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/optuna-journal.log")
    let expected = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    let found = OptunaJournal.text(study(Self.events))
    #expect(found.hasSuffix("}\n"))
    let lines = found.split(separator: "\n")
    #expect(lines.count == expected.count)
    for (line, expected) in zip(lines, expected) { #expect(line == expected) }
  }

  @Test func theTextOfALaterStateBeginsWithThatOfAnEarlierOne() {
    let texts = (0...Self.events.count).map {
      OptunaJournal.text(study(Array(Self.events.prefix($0))))
    }
    for (earlier, later) in zip(texts, texts.dropFirst()) {
      #expect(later.hasPrefix(earlier) && later.count > earlier.count)
    }
  }

  @Test func whatIsNotANumberIsNoObjective() {
    let start = OptunaEvent.started(trial: 0, time: 0)
    func text(_ outcome: OptunaEvent.Outcome) -> String {
      OptunaJournal.text(study([start, .ended(trial: 0, outcome: outcome, time: 1)]))
    }
    #expect(text(.complete(.nan)) == text(.failed))
    #expect(text(.pruned(.nan)) == text(.pruned(nil)))
    #expect(text(.pruned(nil)).contains(#""state":2,"values":null"#))
  }

  @Test(.enabled(if: Python.withOptuna != nil, "no python3 with optuna"))
  func optunaLoadsTheStudy() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/optuna.log"
      try OptunaJournal.text(study(Self.events))
        .write(toFile: path, atomically: true, encoding: .utf8)
      let output = try Python.run(
        Self.reader, arguments: [path, Self.name], interpreter: Python.withOptuna)
      #expect(output == Self.read)
    }
  }

  @Test(.enabled(if: Python.withOptuna != nil, "no python3 with optuna"))
  func optunaReadsOnWhereItWas() throws {
    try withTemporaryFolder { folder in
      let paths = [11, Self.events.count].map { "\(folder)/\($0).log" }
      for (path, count) in zip(paths, [11, Self.events.count]) {
        try OptunaJournal.text(study(Array(Self.events.prefix(count))))
          .write(toFile: path, atomically: true, encoding: .utf8)
      }
      let output = try Python.run(
        Self.follower, arguments: paths + [Self.name], interpreter: Python.withOptuna)
      #expect(
        output == """
          RUNNING RUNNING WAITING
          COMPLETE FAIL PRUNED RUNNING

          """)
    }
  }

  private static let name = "β \"sweep\""

  private func study(_ events: [OptunaEvent]) -> OptunaStudy {
    OptunaStudy(
      name: Self.name, objective: "validation/elbo", direction: .maximize, events: events)
  }

  private static let families: [OptunaScalar] = [
    .text("poisson"), .text("é\\\u{7F}\n"), .integer(3), .real(0.5), .flag(true),
  ]

  /// What `optuna-journal.py` does, in the same order.
  private static let events: [OptunaEvent] = [
    .started(trial: 0, time: 1_764_098_000.25),
    .parameter(
      trial: 0, name: "optimizer.learning_rate",
      value: .real(0.002, low: 1e-5, high: 1, log: true)),
    .parameter(
      trial: 0, name: "model.latents",
      value: .integer(192, low: 64, high: 1000, step: 128, log: false)),
    .parameter(trial: 0, name: "model.family", value: .choice(0, of: families)),
    .parameter(
      trial: 0, name: "training.beta", value: .real(-0.5, low: -1, high: 2, log: false)),
    .parameter(
      trial: 0, name: "data.batch", value: .integer(8, low: 1, high: 512, step: 1, log: true)),
    .intermediate(trial: 0, step: 100, objective: -170.5),
    .queued(trial: 1),
    .started(trial: 2, time: 1_764_098_000.500001),
    .parameter(trial: 2, name: "model.family", value: .choice(4, of: families)),
    .intermediate(trial: 2, step: 100, objective: .nan),
    .started(trial: 1, time: 1_764_098_001),
    .parameter(trial: 1, name: "model.family", value: .choice(3, of: families)),
    .intermediate(trial: 0, step: 200, objective: -160.25),
    .attribute(trial: 0, name: "folder", value: .text("trials/0000")),
    .attribute(trial: 0, name: "seconds", value: .real(12.5)),
    .attribute(trial: 0, name: "retries", value: .integer(1)),
    .ended(trial: 0, outcome: .complete(-160.25), time: 1_764_101_600.999999),
    .ended(trial: 2, outcome: .failed, time: 1_764_101_601),
    .intermediate(trial: 1, step: 100, objective: -.infinity),
    .ended(trial: 1, outcome: .pruned(-1e300), time: 1_764_188_000),
    .started(trial: 3, time: 1_764_188_000),
  ]

  /// Prints all that Optuna finds in a study.
  private static let reader = """
    import sys
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend
    storage = JournalStorage(JournalFileBackend(sys.argv[1]))
    study = optuna.load_study(study_name=sys.argv[2], storage=storage)
    print(study.direction.name, study.metric_names)
    print(study.best_trial.number, study.best_value)
    for trial in study.trials:
        print(trial.number, trial.state.name, trial.value, trial.intermediate_values)
        print(ascii(trial.params), trial.user_attrs)
        if trial.duration:
            print(trial.duration.total_seconds())
    """

  private static let read = """
    MAXIMIZE ['validation/elbo']
    0 -160.25
    0 COMPLETE -160.25 {100: -170.5, 200: -160.25}
    {'optimizer.learning_rate': 0.002, 'model.latents': 192, 'model.family': 'poisson', \
    'training.beta': -0.5, 'data.batch': 8} \
    {'folder': 'trials/0000', 'seconds': 12.5, 'retries': 1}
    3600.749999
    1 PRUNED -1e+300 {100: -inf}
    {'model.family': 0.5} {}
    89999.0
    2 FAIL None {100: nan}
    {'model.family': True} {}
    3600.499999
    3 RUNNING None {}
    {} {}

    """

  /// Prints the states of a study's trials, and once more by the same reader after the file has grown.
  private static let follower = """
    import shutil
    import sys
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend
    storage = JournalStorage(JournalFileBackend(sys.argv[1]))
    study = optuna.load_study(study_name=sys.argv[3], storage=storage)
    print(*sorted(trial.state.name for trial in study.trials))
    shutil.copy(sys.argv[2], sys.argv[1])
    print(*sorted(trial.state.name for trial in study.trials))
    """
}
