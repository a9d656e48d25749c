import Foundation
import TestSupport
import Testing

/// The commands beside training.
@Suite(.serialized) struct CommandTests {
  @Test func inspectFindsDamage() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      let path = "runs/small/checkpoints/step-00000010.h5"
      let sound = try small.shoal("inspect", path, ranks: 2)
      #expect(sound.status == 0)
      #expect(sound.output.contains("/parameters/encoder/weight [32, 256] float32 intact"))
      var bytes = try small.contents(of: path)
      bytes[bytes.count / 2] ^= 1
      try small.write(bytes, to: path)
      let damaged = try small.shoal("inspect", path, ranks: 2)
      #expect(damaged.status == 65)
      #expect(damaged.output.contains("\(path): damaged checkpoint: "), "\(damaged.output)")
      #expect(!damaged.output.contains("float32"), "nothing of it is shown: \(damaged.output)")
    }
  }

  @Test func theStepBenchmarkMeasures() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal(
        "bench", "step", "training.batch=64", "model.latents=48", "--json", "step.json")
      #expect(run.status == 0, "\(run.output)")
      let object = try JSONSerialization.jsonObject(with: small.contents(of: "step.json"))
      let fields = object as? [String: Any] ?? [:]
      let step = fields["milliseconds_per_step"] as? Double ?? 0
      let floor = fields["floor_milliseconds"] as? Double ?? 0
      let throughput = fields["samples_per_second"] as? Double ?? 0
      #expect(floor > 0 && step > floor)
      #expect(abs(throughput - 64_000 / step) < 1e-6 * throughput)
    }
  }

  @Test(arguments: ["allreduce", "checkpoint", "scaling"])
  func theOtherBenchmarksRun(_ subject: String) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal(
        "bench", subject, "training.batch=64", "model.latents=48", ranks: 2)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("milliseconds"))
      #expect(!small.exists("shoal-bench-checkpoints"))
    }
  }

  @Test func scalingIsPredictedForRanksThatAreNotThere() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal(
        "bench", "scaling", "--predict", "training.batch=64", "model.latents=48", "--json",
        "p.json",
        ranks: 2)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("rank r to r±1: alpha "), "\(run.output)")
      #expect(run.output.contains("2 ranks: predicted ") && run.output.contains("measured "))
      #expect(run.output.contains("From 128 ranks on the batch is larger"))
      let object = try JSONSerialization.jsonObject(with: small.contents(of: "p.json"))
      let fields = object as? [String: Any] ?? [:]
      let rows = fields["rows"] as? [[String: Any]] ?? []
      #expect(rows.map { $0["ranks"] as? Int } == (0...12).map { 1 << $0 })
      #expect(rows.map { $0["shards"] as? Int } == [4, 4] + (2...12).map { 1 << $0 })
      #expect(rows.first?["network_milliseconds"] as? Double == 0)
      #expect(rows.first?["efficiency"] as? Double == 1)
      for row in rows.dropFirst() {
        let parts = ["compute", "waiting", "network"].map {
          row["\($0)_milliseconds"] as? Double ?? .nan
        }
        #expect(parts.allSatisfy { $0 > 0 }, "\(row)")
        let whole = row["milliseconds"] as? Double ?? 0
        #expect(abs(whole - parts.reduce(0, +)) < 1e-9 * whole)
      }
      #expect(fields["measured_ranks"] as? Int == 2)
      #expect((fields["predicted_over_measured"] as? Double ?? 0) > 0)
    }
  }

  @Test func oneRankPredictsForANetworkThatIsDescribed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let words = ["bench", "scaling", "--predict", "training.batch=16", "model.latents=48"]
      let alone = try ProgramRun("shoal", words, in: folder)
      #expect(alone.status == 0, "\(alone.output)")
      #expect(alone.output.contains("One rank: alpha and beta need at least two"))
      let described = try ProgramRun(
        "shoal", words + ["--alpha", "20", "--beta", "1.25", "--json", "p.json"], in: folder)
      #expect(described.status == 0, "\(described.output)")
      #expect(described.output.contains("alpha 20.00 us [20.00, 20.00], beta 1.25 GB/s"))
      let object = try JSONSerialization.jsonObject(with: small.contents(of: "p.json"))
      let rows = (object as? [String: Any])?["rows"] as? [[String: Any]] ?? []
      // Two reductions of two messages of 20 us, and 197 kB at 1.25 GB/s.
      let network = rows[1]["network_milliseconds"] as? Double ?? 0
      #expect(network > 0.237 && network < 0.4)
    }
  }

  @Test func theDoctorSeesEveryRank() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal("doctor", ranks: 3)
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("shoal") && run.output.contains("3 ranks"))
      #expect(run.output.contains("rank 2: "))
      #expect(run.output.contains("parallel HDF5: 3 rows written and read back"))
    }
  }

  @Test func dataAreListedPreparedAndDescribed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let list = try small.shoal("data", "list")
      #expect(list.output.contains("dead-leaves") && list.output.contains("van-hateren"))
      let prepared = try small.shoal("data", "prepare", "small.yaml", "--out", "d.h5", ranks: 3)
      #expect(prepared.status == 0, "\(prepared.output)")
      #expect(prepared.output.contains("training   336 samples"))
      let again = try small.shoal("data", "prepare", "small.yaml", "--out", "d.h5")
      #expect(again.output.contains("already prepared"))
      let info = try small.shoal("data", "info", "d.h5")
      #expect(info.output.contains("validation 84 samples"), "\(info.output)")
      let unknown = try small.shoal("data", "info", "mnits")
      #expect(unknown.status == 64 && unknown.output.contains("mnist"), "\(unknown.output)")
    }
  }
}
