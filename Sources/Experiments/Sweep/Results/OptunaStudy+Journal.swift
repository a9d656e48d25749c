extension OptunaStudy {
  /// Tells a sweep's journal in Optuna's terms.
  ///
  /// - Parameters:
  ///   - definition: The sweep.
  ///   - records: Its journal.
  ///   - isOver: Whether nothing will be trained any more, so that trials that wait were ended
  ///     early.
  init(_ definition: SweepDefinition, _ records: [SweepJournal.Record], isOver: Bool) {
    name = definition.name
    objective = definition.objective
    direction = definition.settings.direction
    var state = SweepState(definition)
    var events: [OptunaEvent] = []
    for record in records {
      let before = state
      guard state.apply(record.event) else { continue }
      events += Self.events(record, before, state, definition)
    }
    if isOver, let time = records.last?.time {
      events += state.trials.enumerated().filter { $1.status == .paused }.map { number, trial in
        .ended(trial: number, outcome: .pruned(trial.last?.objective), time: time)
      }
    }
    self.events = events
  }

  /// What a record means, if it changed anything.
  private static func events(
    _ record: SweepJournal.Record, _ before: SweepState, _ after: SweepState,
    _ definition: SweepDefinition
  ) -> [OptunaEvent] {
    switch record.event {
    case .started(let trial, _, _, let plan) where !before.isKnown(trial):
      // Optuna's trials have the numbers in which they come; of some the beginning may be lost.
      let lost = min(trial, before.trials.count)..<trial
      return lost.map { .queued(trial: $0) } + [.started(trial: trial, time: record.time)]
        + definition.parameters(plan).map {
          .parameter(trial: trial, name: $0.name, value: $0.value)
        }
    case .reached(let trial, let rung, _, let measurement):
      let isNew = after.trials[trial].status != before.trials[trial].status
      guard isNew, after.trials[trial].measurements[rung] != nil else { return [] }
      let value = OptunaEvent.intermediate(
        trial: trial, step: measurement.step, objective: measurement.objective)
      return [value] + (measurement.isLast ? end(trial, measurement, record.time) : [])
    case .failed(let trial, _, _), .lost(let trial, _, _):
      let isFailure = after.trials[trial].status == .failed
      guard isFailure, before.trials[trial].status != .failed else { return [] }
      let error = OptunaScalar.text(after.trials[trial].error ?? "")
      return [
        .attribute(trial: trial, name: "error", value: error),
        .ended(trial: trial, outcome: .failed, time: record.time),
      ]
    default: return []
    }
  }

  private static func end(
    _ trial: Int, _ measurement: TrialMeasurement, _ time: Double
  ) -> [OptunaEvent] {
    measurement.metrics.map { .attribute(trial: trial, name: $0.name, value: .real($0.value)) }
      + (measurement.digest.map {
        [.attribute(trial: trial, name: "parameters_sha256", value: .text($0))]
      } ?? []) + [.ended(trial: trial, outcome: .complete(measurement.objective), time: time)]
  }
}

extension SweepDefinition {
  /// The settings of a trial as Optuna knows them.
  fileprivate func parameters(_ plan: TrialPlan) -> [(name: String, value: OptunaParameter)] {
    var parameters = axes.flatMap { axis in
      axis.keys.enumerated().compactMap { place, key in
        plan.settings[key].map { (key, axis.parameter($0, of: place)) }
      }
    }
    if let seed = plan.settings["seed"], seeds.count > 1 {
      parameters.append(("seed", Axis.choice(seed, of: seeds.map { "\($0)" })))
    }
    return parameters
  }
}

extension Axis {
  /// The value of one of the keys, with what it was chosen from.
  fileprivate func parameter(_ text: String, of place: Int) -> OptunaParameter {
    let number = Double(text) ?? .nan
    switch domain {
    case .choices(let choices):
      var texts: [String] = []
      for choice in choices where !texts.contains(choice[place]) { texts.append(choice[place]) }
      return Axis.choice(text, of: texts)
    case .law(.uniform(let low, let high)):
      return .real(number, low: low, high: high, log: false)
    case .law(.logUniform(let low, let high)):
      return .real(number, low: low, high: high, log: true)
    case .law(.normal(let mean, let deviation)):
      let reach = 40 * deviation
      return .real(number, low: mean - reach, high: mean + reach, log: false)
    case .law(.integer(let low, let high)):
      return .integer(Int(text) ?? low, low: low, high: high, step: 1, log: false)
    }
  }

  /// One of some texts, which are numbers where all can be read as such.
  fileprivate static func choice(_ text: String, of texts: [String]) -> OptunaParameter {
    let numbers = texts.compactMap { Double($0) }
    let scalars: [OptunaScalar] =
      numbers.count == texts.count ? numbers.map { .real($0) } : texts.map { .text($0) }
    return .choice(texts.firstIndex(of: text) ?? 0, of: scalars)
  }
}
