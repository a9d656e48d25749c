import Foundation

/// Writes a sweep as a file of Optuna's `JournalFileBackend`, for its dashboard and its readers.
///
/// One line for each operation on the study, which Optuna replays. Each event has its lines, whatever
/// comes later, so that the file of a sweep that has gone on begins with the file of before: who has
/// read that far reads on. Source of the format: Optuna 5.0.0, `optuna.storages.journal`.
enum OptunaJournal {
  /// Returns the whole file.
  static func text(_ study: OptunaStudy) -> String {
    var created = 0
    return header(study)
      + study.events.map { event in
        let isNew = createsTrial(event, created)
        if isNew { created += 1 }
        return line(event, isNew: isNew)
      }.joined()
  }

  /// Optuna's numbers of the operations.
  private enum Operation: Int {
    case createStudy = 0
    case setStudySystemAttribute = 3
    case createTrial = 4
    case setParameter = 5
    case setState = 6
    case setIntermediateValue = 7
    case setAttribute = 8
  }

  /// Optuna's numbers of a trial's states.
  private enum State: Int {
    case running = 0
    case complete = 1
    case pruned = 2
    case failed = 3
    case waiting = 4
  }

  private static func header(_ study: OptunaStudy) -> String {
    let direction = study.direction == .minimize ? 1 : 2
    let names = #"{"study:metric_names":[\#(PythonJSON.quoted(study.objective))]}"#
    return line(
      .createStudy,
      #""study_name":\#(PythonJSON.quoted(study.name)),"directions":[\#(direction)]"#)
      + line(.setStudySystemAttribute, #""study_id":0,"system_attr":\#(names)"#)
  }

  /// Whether an event is the first of its trial, which must have the next free number.
  private static func createsTrial(_ event: OptunaEvent, _ created: Int) -> Bool {
    switch event {
    case .queued(let trial):
      precondition(trial == created, "trial \(trial) is created after \(created) others")
      return true
    case .started(let trial, _):
      precondition(trial <= created, "trial \(trial) is created after \(created) others")
      return trial == created
    case .parameter(let trial, _, _), .intermediate(let trial, _, _), .attribute(let trial, _, _),
      .ended(let trial, _, _):
      precondition(trial < created, "trial \(trial) of \(created)")
      return false
    }
  }

  private static func line(_ event: OptunaEvent, isNew: Bool) -> String {
    switch event {
    case .queued:
      return line(.createTrial, queued)
    case .started(let trial, let time):
      let start = #""datetime_start":"\#(date(time))""#
      if isNew { return line(.createTrial, #""study_id":0,\#(start)"#) }
      return line(.setState, state(trial, .running, nil) + "," + start)
    case .parameter(let trial, let name, let value):
      return line(
        .setParameter,
        #""trial_id":\#(trial),"param_name":\#(PythonJSON.quoted(name)),"#
          + #""param_value_internal":\#(value.storedValue),"#
          + #""distribution":\#(PythonJSON.quoted(value.distribution))"#)
    case .intermediate(let trial, let step, let objective):
      let value = PythonJSON.number(objective)
      return line(
        .setIntermediateValue,
        #""trial_id":\#(trial),"step":\#(step),"intermediate_value":\#(value)"#)
    case .attribute(let trial, let name, let value):
      let attribute = "{\(PythonJSON.quoted(name)):\(value.json)}"
      return line(.setAttribute, #""trial_id":\#(trial),"user_attr":\#(attribute)"#)
    case .ended(let trial, let outcome, let time):
      return line(
        .setState, end(trial, outcome) + #","datetime_complete":"\#(date(time))""#)
    }
  }

  /// A trial that has not begun has no time, so Optuna writes all that a trial may have.
  private static let queued = """
    "study_id":0,"datetime_start":null,"state":\(State.waiting.rawValue),"value":null,"values":null,\
    "distributions":{},"params":{},"user_attrs":{},"system_attrs":{},"intermediate_values":{}
    """

  private static func end(_ trial: Int, _ outcome: OptunaEvent.Outcome) -> String {
    switch outcome {
    case .complete(let objective) where !objective.isNaN:
      state(trial, .complete, objective)
    case .pruned(let objective):
      state(trial, .pruned, objective.flatMap { $0.isNaN ? nil : $0 })
    case .complete, .failed:
      state(trial, .failed, nil)
    }
  }

  private static func state(_ trial: Int, _ state: State, _ objective: Double?) -> String {
    let values = objective.map { "[\(PythonJSON.number($0))]" } ?? "null"
    return #""trial_id":\#(trial),"state":\#(state.rawValue),"values":\#(values)"#
  }

  /// Optuna tells workers apart by an identifier, which need only differ from those of its own.
  private static func line(_ operation: Operation, _ fields: String) -> String {
    #"{"op_code":\#(operation.rawValue),"worker_id":"shoal",\#(fields)}"# + "\n"
  }

  /// A time in the form of Python's `datetime.isoformat`, with microseconds, in UTC.
  private static func date(_ seconds: Double) -> String {
    let microseconds = Int((seconds * 1e6).rounded(.toNearestOrEven))
    let whole = Date(timeIntervalSince1970: Double(microseconds / 1_000_000))
    let text = whole.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).dropLast()
    return text + String(format: ".%06d+00:00", microseconds % 1_000_000)
  }
}
