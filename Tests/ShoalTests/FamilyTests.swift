import Foundation
import TestSupport
import Testing

/// Families and networks beside the linear Poisson model, from `train` to `sample`.
@Suite(.serialized) struct FamilyTests {
  static let models: [[String]] = [
    ["model.family=gaussian"],
    ["model.family=laplace", "training.method=exact"],
    ["model.family=categorical", "model.categories=20"],
    ["model.family=gaussian", "model.latent_function=relu"],
    ["model.encoder=mlp", "model.decoder=mlp+b"],
    ["model.encoder=conv+b", "training.steps=6", "training.batch=8"],
    [
      "model.family=gaussian", "model.encoder=conv+b", "model.decoder=conv+b", "training.steps=6",
      "training.batch=8",
    ],
    ["model.family=lca", "model.sparse_coding.iterations=20"],
    ["model.family=fista", "model.sparse_coding.iterations=20"],
  ]

  @Test(arguments: models) func aRunIsStoppedResumedAndTheSameOnOtherRanks(
    _ words: [String]
  ) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      func train(_ run: String, _ more: [String], ranks: Int?) throws -> ProgramRun {
        try ProgramRun(
          "shoal",
          ["train", "small.yaml", "--run-dir", run, "--quiet", "checkpoints.interval=2"]
            + words + more, ranks: ranks, in: folder)
      }
      let whole = try train("whole", [], ranks: 3)
      #expect(whole.status == 0, "\(whole.output)")
      // Stopped in an epoch's middle on one rank, continued on two.
      let steps = words.contains("training.steps=6") ? 3 : 25
      #expect(try train("parts", ["training.steps=\(steps)"], ranks: nil).status == 0)
      let all = words.contains("training.steps=6") ? 6 : 50
      #expect(try train("parts", ["training.steps=\(all)"], ranks: 2).status == 0)
      let digest = try small.digest("whole")
      #expect(digest.count == 64)
      #expect(try small.digest("parts") == digest)

      // What the run logged at its end is what `evaluate` finds.
      let evaluated = try small.shoal("evaluate", "whole", "--json", "found.json", ranks: 2)
      #expect(evaluated.status == 0, "\(evaluated.output)")
      #expect(
        try squaredError(of: "found.json", small) == squaredError(of: "whole/summary.json", small))
      // On what it learned from, it has another score.
      _ = try small.shoal("evaluate", "whole", "--on", "training", "--json", "learned.json")
      #expect(try squaredError(of: "learned.json", small) != squaredError(of: "found.json", small))
    }
  }

  /// oneDNN's threads are OpenMP's, of which there would be one a core.
  @Test func convolutionsHaveAsManyThreadsAsProducts() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      var digests: Set<String> = []
      for threads in ["1", "2", "4,2"] {
        let run = try small.shoal(
          "train", "small.yaml", "--run-dir", threads, "--quiet", "model.encoder=conv+b",
          "training.steps=2", "training.batch=8", "data.cache=prepared",
          environment: ["OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": "1"])
        #expect(run.status == 0, "\(run.output)")
        digests.insert(try small.digest(threads))
      }
      #expect(digests.count == 1)
    }
  }

  private func squaredError(of file: String, _ small: SmallRun) throws -> Double {
    let metrics = try JSONSerialization.jsonObject(with: small.contents(of: file))
    return try #require((metrics as? [String: Any])?["mse"] as? Double)
  }

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func samplesAreTheSameInEveryFormat() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "--quiet")
      for (name, ranks) in [("s.png", nil), ("s.npy", 2), ("s.h5", nil)] {
        let drawn = try small.shoal(
          "sample", "runs/small", "--count", "130", "--out", name, ranks: ranks)
        #expect(drawn.status == 0, "\(drawn.output)")
        #expect(drawn.output.contains("\(name): 130 samples of runs/small"), "\(drawn.output)")
      }
      let png = try small.contents(of: "s.png")
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let script = """
        import sys, h5py, numpy
        a = numpy.load(sys.argv[1])
        b = h5py.File(sys.argv[2])['samples'][:]
        assert a.shape == (130, 16, 16) and a.dtype == numpy.float32
        assert (a == b).all() and numpy.isfinite(a).all() and a.std() > 0
        assert len({x.tobytes() for x in a}) > 8 and not (a[:30] == a[100:]).all()
        """
      _ = try Python.run(script, arguments: ["\(folder)/s.npy", "\(folder)/s.h5"])
    }
  }

  @Test func samplesHaveClearErrors() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal(
        "train", "small.yaml", "--run-dir", "dictionary", "--quiet", "model.family=ista",
        "model.sparse_coding.iterations=2", "training.steps=1")
      for (words, status, message) in [
        (["sample", "none"], Int32(66), "none holds no checkpoint"),
        (["sample", "none", "--count", "0"], 64, "--count is 0"),
        (["sample", "dictionary"], 64, "ista has no prior"),
        (["sample", "none", "--out", "a.jpg"], 64, "--out is 'a.jpg'"),
      ] {
        let run = try ProgramRun("shoal", words, in: small.folder)
        #expect(run.status == status && run.output.contains(message), "\(run.output)")
      }
    }
  }
}
