import Experiments
import Foundation
import MPI
import Reporting

/// What lies in a run's folder, and what browsers ask for its page with.
let runTargets = [
  Target(
    name: "metrics", file: "metrics.jsonl",
    seeds: { folder in
      try prepareRun(folder)
      return texts([metricsText])
    }, run: readRun),
  Target(
    name: "summary", file: "summary.json",
    seeds: { folder in
      try prepareRun(folder)
      return texts([summaryText])
    }, run: readRun),
  Target(
    name: "events", file: "tensorboard/events.out.tfevents.1.host.1",
    seeds: { folder in
      var log = try EventLog("\(folder)/tensorboard", continuing: true)
      for step in 1...3 {
        try log.append(
          step: step, [SummaryEvent.Value("loss", .scalar(Double(step)))])
      }
      try log.synchronize()
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tensorboard")
      let path = "\(folder)/tensorboard/\(names[0])"
      defer { try? FileManager.default.removeItem(atPath: path) }
      return [try contents(path)]
    },
    run: { folder in
      var log = try EventLog("\(folder)/tensorboard", continuing: true)
      try log.append(step: 4, [SummaryEvent.Value("loss", .scalar(1))])
    }),
  Target(
    name: "request",
    seeds: { _ in
      texts([
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n",
        "GET /stamp?t=1 HTTP/1.0\nhost: localhost\n\n",
      ])
    },
    run: { folder in
      var reader = PageRequestReader()
      // A refusal is the answer to a request that is none, not an error.
      let bytes = try contents("\(folder)/input")
      for start in stride(from: 0, to: bytes.count, by: 7) {
        do throws(PageRequest.Refusal) {
          if try reader.take(bytes[start..<min(start + 7, bytes.count)]) != nil { return }
        } catch {
          return
        }
      }
    }),
]

/// The files of a run but the one that is tried.
private func prepareRun(_ folder: String) throws {
  try write(Array(runTexts[0].utf8), "\(folder)/config.yaml")
  try write(Array(summaryText.utf8), "\(folder)/summary.json")
  try write(Array(metricsText.utf8), "\(folder)/metrics.jsonl")
}

/// Shows a run in all ways, and goes on with its log.
@Sendable private func readRun(_ folder: String) throws {
  var watch = try RunWatch(folder)
  _ = try watch.draw(now: .now, size: (100, 40), isColored: true)
  _ = watch.outcome
  _ = try SavedReport.write(
    folder, searchFolders: [], on: try Communicator.alone(), announce: { _ in })
  do {
    let comparison = try RunComparison([folder, folder])
    _ = (
      comparison.lines, comparison.csv, comparison.json.json(), comparison.latex, comparison.html
    )
  } catch is ComparisonError {
    // A run whose numbers are all gone has nothing to compare.
  }
  let log = try MetricsLog("\(folder)/metrics.jsonl", continuing: true)
  try log.append(kind: "step", step: 1 << 40, fields: [("loss", .number(1))])
}

private let metricsText = """
  {"kind":"start","step":0,"time":"2026-01-01T10:00:00Z","ranks":2,"total_steps":50,"steps_per_epoch":8}
  {"kind":"step","step":5,"epoch":1,"loss":190.5,"mse":180,"kl":10.5,"beta":1,"learning_rate":0.001,"seconds":0.5}
  {"kind":"validation","step":8,"epoch":1,"nelbo":188,"mse":180,"kl":8,"mse_map":170,"lifetime_sparsity":0.5,"seconds":0.8}
  {"kind":"step","step":10,"epoch":2,"loss":180.5,"mse":170,"kl":10.5,"beta":1,"learning_rate":0.001,"seconds":1.5}
  {"kind":"start","step":10,"time":"2026-01-01T11:00:00Z","ranks":4,"total_steps":50,"steps_per_epoch":8}
  {"kind":"step","step":15,"epoch":2,"loss":170.5,"mse":160,"kl":10.5,"largest_rate":3,"event_limit":258,"gradient_norm":1e-3,"seconds":2.5}
  {"kind":"validation","step":16,"epoch":2,"nelbo":178,"mse":170,"kl":8,"mse_map":160,"lifetime_sparsity":0.6,"active_fraction":0.9,"seconds":2.8}

  """

private let summaryText = """
  {
    "step": 16,
    "epoch": 2,
    "nelbo": 178,
    "mse": 170,
    "kl": 8,
    "mse_map": 160,
    "lifetime_sparsity": 0.6,
    "parameters": 16640,
    "wall_seconds": 2.8,
    "samples_per_second": 300,
    "ranks": 4,
    "shards": 4,
    "lost_ranks": 0,
    "resumed_from_step": 10,
    "version": "0.2.0",
    "parameters_sha256": "00"
  }

  """
