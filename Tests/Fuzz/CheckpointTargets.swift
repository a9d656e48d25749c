import Checkpoints
import Experiments
import Foundation
import Layers
import MPI
import Models
import Tensors

/// Checkpoints: damaged ones, those of versions without a seal, and whole ones with numbers that no
/// run has.
let checkpointTargets = [
  Target(
    name: "checkpoint", file: "step-00000003.h5", seeds: { [try checkpoint(in: $0)] },
    run: { try readCheckpoint("\($0)/step-00000003.h5") }),
  Target(
    name: "checkpoint-unsealed", file: "step-00000003.h5",
    seeds: { [Array(try checkpoint(in: $0).dropFirst(512))] },
    run: { try readCheckpoint("\($0)/step-00000003.h5") }),
  Target(
    name: "checkpoint-numbers", file: "numbers",
    seeds: { _ in
      texts([
        """
        step 60
        epoch 3
        shards 4
        event_limit 258
        largest_rate_sum 12.5
        best_nelbo 160.25
        seconds 3.5
        parameter 0.125
        """
      ])
    },
    run: { folder in
      try writeNumbers(folder)
      try useModel("\(folder)/\(try newest(in: folder))", folder)
    }),
]

/// The bytes of a small checkpoint.
private func checkpoint(in folder: String) throws -> [UInt8] {
  var layout = ParameterLayout()
  layout.add("encoder/weight", shape: [5, 7])
  layout.add("encoder/bias", shape: [5])
  layout.add("decoder/kernel", shape: [2, 3, 2, 2])
  let parameters = AlignedBuffer<Float>(count: layout.count, repeating: 0.5)
  let statistics = AlignedBuffer<Double>(count: 3, repeating: 1.5)
  defer { withExtendedLifetime((parameters, statistics)) {} }
  let path = try CheckpointFolder(path: folder, keep: 9).write(
    CheckpointVectors(
      parameters: parameters.elements, moments: [("m", parameters.elements)],
      statistics: [("rates", statistics.elements)]),
    layout: layout, state: state(step: 3, epoch: 1, shards: 4, configuration: "seed: 1\n"),
    isBest: false, on: try Communicator.alone())
  return try contents(path)
}

private func state(
  step: Int, epoch: Int, shards: Int, configuration: String
) -> CheckpointState {
  CheckpointState(
    step: step, epoch: epoch, seed: 7, shards: shards, configuration: configuration,
    shoalVersion: "0.2.0", kernels: "none", fingerprint: "f1", metrics: "{\"nelbo\": 1.5}")
}

private func readCheckpoint(_ path: String) throws {
  _ = try Inspection(path) { _ in }
  _ = try CheckpointContents(of: path)
  _ = try Checkpoint.readParameters(path)
  _ = try Checkpoint.readStatistics(path)
}

private let modelText = """
  data: {name: dead-leaves}
  model: {latents: 4}
  training: {batch: 40}

  """

/// Writes a checkpoint of a real model with the numbers of a text: a name and a value a line.
private func writeNumbers(_ folder: String) throws {
  let lines = String(decoding: try contents("\(folder)/numbers"), as: UTF8.self).split(
    separator: "\n")
  var numbers: [String: Double] = [:]
  for line in lines {
    let words = line.split(separator: " ")
    if words.count == 2 { numbers[String(words[0])] = Double(words[1]) ?? .nan }
  }
  func whole(_ name: String) -> Int { Int(exactly: numbers[name] ?? 0) ?? .max }
  let configuration = try ResolvedConfiguration(modelText, source: "fuzz")
  let layout = try configuration.run.model.model(height: 16, width: 16).layout.parameters
  let parameters = AlignedBuffer<Float>(
    count: layout.count, repeating: Float(numbers["parameter"] ?? 0))
  let names = ["event_limit", "largest_rate_sum", "best_nelbo", "seconds"]
  let statistics = names.map { name in
    (name, AlignedBuffer<Double>(count: 1, repeating: numbers[name] ?? 0))
  }
  defer { withExtendedLifetime((parameters, statistics)) {} }
  for name in try FileManager.default.contentsOfDirectory(atPath: folder)
  where name.hasSuffix(".h5") {
    try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
  }
  try CheckpointFolder(path: folder, keep: 9).write(
    CheckpointVectors(
      parameters: parameters.elements,
      statistics: statistics.map { ($0.0, $0.1.elements) }), layout: layout,
    state: state(
      step: whole("step"), epoch: whole("epoch"), shards: whole("shards"),
      configuration: configuration.yaml), isBest: false, on: try Communicator.alone())
}

private func newest(in folder: String) throws -> String {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
  return names.first { $0.hasSuffix(".h5") } ?? "none"
}

private func useModel(_ path: String, _ folder: String) throws {
  let world = try Communicator.alone()
  _ = try Export(path) { _ in }
  let model = try SavedModel(path, overrides: [], on: world) { _ in }
  try PriorSamples(model, on: world).write(2, to: "\(folder)/samples.npy", as: .npy)
}
