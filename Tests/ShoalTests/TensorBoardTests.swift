import Foundation
import TestSupport
import Testing

/// What TensorBoard would show of a run that was killed and went on.
@Suite(.serialized) struct TensorBoardTests {
  private static let words = [
    "train", "small.yaml", "training.epochs=40", "training.steps=300", "training.log_every=3",
    "training.validate_every=1", "checkpoints.interval=40", "--quiet", "--run-dir", "run",
  ]

  @Test func aKilledRunHasOneCleanSeriesOfEachTag() throws {
    try withTemporaryFolder { folder in
      let file = try killedRun(folder)
      #expect(file.isWhole)
      #expect(file.events.map(\.version).filter { !$0.isEmpty } == ["brain.Event:2"])
      var steps: [String: [Int]] = [:]
      for event in file.events {
        for value in event.values {
          steps[value.tag, default: []].append(event.step)
          if let buckets = value.buckets { #expect(buckets.reduce(0, +) == 32) }
          if let png = value.png { #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47])) }
        }
      }
      let validations = Array(stride(from: 8, through: 296, by: 8)) + [300]
      for (tag, steps) in steps {
        let isTraining = tag.hasPrefix("training/")
        #expect(
          steps == (isTraining ? Array(stride(from: 3, through: 300, by: 3)) : validations),
          "\(tag)")
      }
      for tag in Self.someTags { #expect(steps[tag] != nil, "\(tag)") }
    }
  }

  @Test func theNumbersAreThoseOfTheLog() throws {
    try withTemporaryFolder { folder in
      let file = try killedRun(folder)
      let log = try String(contentsOfFile: "\(folder)/run/metrics.jsonl", encoding: .utf8)
      var compared = 0
      for line in log.split(separator: "\n") {
        let object =
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        guard object["kind"] as? String != "start" else { continue }
        let group = object["kind"] as? String == "step" ? "training" : "validation"
        let step = object["step"] as? Int ?? 0
        for (name, value) in object where !["kind", "step", "seconds"].contains(name) {
          if group == "validation", name == "epoch" { continue }
          let found = file.events.filter { $0.step == step }.flatMap(\.values)
            .filter { $0.tag == "\(group)/\(name)" }
          #expect(
            found.map(\.number) == [(value as? NSNumber)?.floatValue], "\(group)/\(name) at \(step)"
          )
          compared += 1
        }
      }
      #expect(compared > 1000)
    }
  }

  @Test(.enabled(if: Python.withTensorBoard != nil, "no python3 with tensorboard"))
  func tensorBoardsOwnReaderFindsTheSame() throws {
    try withTemporaryFolder { folder in
      let file = try killedRun(folder)
      let output = try Python.run(
        Self.reader, arguments: ["\(folder)/run/tensorboard"], interpreter: Python.withTensorBoard)
      var counts: [String: Int] = [:]
      for tag in file.events.flatMap(\.tags) { counts[tag, default: 0] += 1 }
      let expected = counts.map { "\($0.key) \($0.value)" }.sorted()
      #expect(output.split(separator: "\n").map(String.init) == expected)
      // Files that neither reader understands would agree too.
      #expect(expected.count > 20)
    }
  }

  private static let someTags = [
    "training/loss", "training/mse", "training/kl", "training/temperature", "training/beta",
    "training/learning_rate", "training/largest_rate", "training/samples_per_second",
    "validation/nelbo", "validation/kl_per_latent", "images/dictionary", "images/reconstructions",
    "images/samples",
  ]

  /// Prints each tag with the number of its steps, which must ascend, and looks into all values.
  private static let reader = """
    import sys
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = EventAccumulator(
        sys.argv[1], size_guidance={"scalars": 0, "images": 0, "histograms": 0})
    events.Reload()
    tags = events.Tags()
    found = {tag: events.Scalars(tag) for tag in tags["scalars"]}
    for tag in tags["images"]:
        found[tag] = events.Images(tag)
        assert all(image.encoded_image_string[:4] == b"\\x89PNG" for image in found[tag])
    for tag in tags["histograms"]:
        found[tag] = events.Histograms(tag)
        assert all(sum(entry.histogram_value.bucket) == 32 for entry in found[tag])
    for tag, entries in sorted(found.items()):
        steps = [entry.step for entry in entries]
        assert steps == sorted(set(steps)), (tag, steps)
        print(tag, len(steps))
    """

  /// Starts a run, kills it twice at places that have no checkpoint, and lets it end.
  private func killedRun(_ folder: String) throws -> EventFile {
    let small = try SmallRun(folder)
    for lines in [30, 90] {
      let process = try ProgramRun.process("shoal", Self.words, ranks: nil, in: folder)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      while process.isRunning, (try? small.log("run").count) ?? 0 < lines { usleep(1000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(!small.exists("run/summary.json"), "the run ended before it was killed")
    }
    let resumed = try small.shoal(
      "train", "small.yaml", "training.epochs=40", "training.steps=300", "training.log_every=3",
      "training.validate_every=1", "checkpoints.interval=40", "--run-dir", "run", ranks: 2)
    #expect(resumed.status == 0, "\(resumed.output)")
    #expect(resumed.output.contains("resuming from"))
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/run/tensorboard")
    #expect(names.count == 1)
    return EventFile([UInt8](try small.contents(of: "run/tensorboard/\(names.first ?? "")")))
  }
}
