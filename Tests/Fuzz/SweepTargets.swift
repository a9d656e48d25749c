import Digests
import Experiments
import Foundation
import MPI

/// The journal of a sweep.
let sweepTargets = [
  Target(
    name: "journal", file: "journal.jsonl",
    seeds: { folder in
      for (name, text) in zip(["grid.yaml", "asha.yaml"], sweepTexts) {
        try write(Array(text.utf8), "\(folder)/\(name)")
      }
      return [sealed(Array(grid.utf8)), sealed(Array(asha.utf8))]
    }, repair: sealed,
    run: { folder in
      let world = try Communicator.alone()
      for name in ["grid.yaml", "asha.yaml"] {
        let file = try SweepFile.read("\(folder)/\(name)", on: world)
        _ = try SweepDefinition(file, overrides: []).reread(folder)
      }
    })
]

/// Lines with the length and digest that their texts have.
@Sendable private func sealed(_ bytes: [UInt8]) -> [UInt8] {
  let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
    guard let brace = line.firstIndex(of: UInt8(ascii: "{")) else { return Array(line) }
    let text = String(decoding: line[brace...], as: UTF8.self)
    return Array("\(text.utf8.count) \(SHA256.hex(of: text).prefix(16)) \(text)".utf8)
  }
  return Array(lines.joined(separator: [0x0A]))
}

private let worker = """
  {"event":{"opened":{"settings":{"seed":"0"}}},"time":1700000000,"turn":1}
  {"event":{"joined":{"worker":{"name":"11-22","process":{"machine":"m","number":11,"start":5},"ranks":1,\
  "restarts":0,"session":"11-1"}}},"time":1700000001,"turn":2}
  """

private func started(_ trial: Int, _ rung: Int, _ rungs: String, _ plan: String) -> String {
  """
  {"event":{"started":{"plan":{"coordinates":\(plan),"rungs":\(rungs),"settings":{"training.beta":"0.5",\
  "training.learning_rate":"0.001"}},"rung":\(rung),"trial":\(trial),"worker":"11-22"}},\
  "time":17000000\(10 + 2 * trial + rung),"turn":\(3 + 2 * trial + rung)}
  """
}

private func reached(_ trial: Int, _ rung: Int, isLast: Bool) -> String {
  """
  {"event":{"reached":{"measurement":{"digest":"00","isLast":\(isLast),"metrics":[{"name":"mse","value":168.5}],\
  "objective":168.25,"seconds":0.5,"step":\(4 * (rung + 1))},"rung":\(rung),"trial":\(trial),\
  "worker":"11-22"}},"time":17000000\(11 + 2 * trial + rung),"turn":\(4 + 2 * trial + rung)}
  """
}

private let grid =
  [
    worker, started(0, 0, "[4]", "[0.1,0.25]"), reached(0, 0, isLast: true),
    started(1, 0, "[4]", "[0.1,0.25]"),
    #"{"event":{"failed":{"failure":{"cause":"error","error":"e","seconds":1},"trial":1,"worker":"11-22"}},"time":1700000020,"turn":6}"#,
    #"{"event":{"lost":{"isCounted":true,"trial":1,"worker":"11-22"}},"time":1700000020,"turn":7}"#,
    #"{"event":{"released":{"seconds":1,"trial":1,"worker":"11-22"}},"time":1700000020,"turn":7}"#,
    #"{"event":{"halted":{"session":"11-1"}},"time":1700000021,"turn":8}"#,
    #"{"event":{"left":{"times":{"total":2.5,"training":1.5,"waiting":0},"worker":"11-22"}},"time":1700000022,"turn":9}"#,
  ].joined(separator: "\n") + "\n"

private let asha =
  [
    worker, started(0, 0, "[4,8,12]", "[0.1,0.25,0.75,null]"), reached(0, 0, isLast: false),
    started(1, 0, "[4,8,12]", "[0.2,0.35,0.75,null]"), reached(1, 0, isLast: false),
    started(2, 0, "[4,8,12]", "[0.3,0.45,0.25,0.5]"), reached(2, 0, isLast: false),
    started(2, 1, "[4,8,12]", "[0.3,0.45,0.25,0.5]"), reached(2, 1, isLast: false),
  ].joined(separator: "\n") + "\n"
