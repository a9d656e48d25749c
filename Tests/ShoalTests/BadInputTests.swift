import Foundation
import TestSupport
import Testing

/// What the program says to bad input: one line, and the exit code of sysexits(3).
@Suite(.serialized) struct BadInputTests {
  @Test(arguments: [
    (["training.bacth=10"], 78, "there is no key training.bacth", "training.batch"),
    (["training.batch=ten"], 78, "training.batch is 'ten'", "a whole number"),
    (["model.indicator=sigmoyd"], 78, "model.indicator is 'sigmoyd'", "sigmoid"),
    (["training.batch=3"], 78, "training.batch is 3", "shards"),
    (["training.batch=4000"], 78, "training.batch is 4000", "336 training samples"),
    (["nonsense"], 78, "'nonsense'", "key.path=value"),
    (["--unknown"], 64, "--unknown", "Usage"),
    (["data.name=mnist", "data.path=nowhere"], 66, "nowhere", "train-images-idx3-ubyte"),
    (["data.name=van-hateren", "data.path=empty"], 66, "empty", ".iml"),
  ])
  func isNamed(_ words: [String], _ status: Int32, _ found: String, _ expected: String) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/empty", withIntermediateDirectories: true)
      for ranks in [1, 2] {
        let run = try ProgramRun(
          "shoal", ["train", "small.yaml"] + words, ranks: ranks, in: folder)
        #expect(run.status == status, "\(run.output)")
        #expect(run.output.contains(found), "\(run.output)")
        #expect(run.output.contains(expected), "\(run.output)")
        #expect(run.messages.count <= 1, "\(run.output)")
        #expect(!small.exists("runs/small/config.yaml"))
      }
    }
  }

  @Test(arguments: [
    (["step", "--predict"], "--predict goes with scaling, not with step."),
    (["scaling", "--alpha", "1", "--beta", "2"], "--alpha and --beta go with --predict."),
    (["scaling", "--predict", "--beta", "2"], "one is missing."),
    (["scaling", "--predict", "--alpha", "0", "--beta", "2"], "--alpha is 0.0; expected"),
    (["scaling", "--predict", "--alpha", "fast", "--beta", "2"], "fast"),
  ])
  func predictionsAskForWhatTheyNeed(_ words: [String], _ expected: String) throws {
    try withTemporaryFolder { folder in
      for ranks in [1, 2] {
        let run = try ProgramRun("shoal", ["bench"] + words, ranks: ranks, in: folder)
        #expect(run.status == 64, "\(run.output)")
        #expect(run.output.contains(expected), "\(run.output)")
      }
    }
  }

  @Test func aKeyInTheFileIsNamedWithItsLine() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.write("seed: 1\nmodel:\n  latent: 5\n", to: "wrong.yaml")
      let run = try small.shoal("train", "wrong.yaml", ranks: 2)
      #expect(run.status == 78)
      #expect(
        run.messages == [
          "shoal: wrong.yaml:3: there is no key model.latent; did you mean model.latents?"
        ],
        "\(run.output)")
    }
  }

  @Test func aMissingConfigurationIsMissingInput() throws {
    try withTemporaryFolder { folder in
      let run = try SmallRun(folder).shoal("train", "absent.yaml", ranks: 2)
      #expect(run.status == 66)
      #expect(run.messages.count == 1 && run.output.contains("absent.yaml"), "\(run.output)")
    }
  }

  @Test func moreRanksThanShardsAreRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let run = try small.shoal("train", "small.yaml", "reduction.shards=2", ranks: 3)
      #expect(run.status == 78)
      #expect(run.messages.count == 1 && run.output.contains("3 ranks"), "\(run.output)")
    }
  }

  @Test func aFolderWithAnotherRunIsLeftAlone() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      let before = try small.contents(of: "runs/small/config.yaml")
      let other = try small.shoal("train", "small.yaml", "training.learning_rate=0.001", ranks: 2)
      #expect(other.status == 78)
      #expect(
        other.output.contains("training.learning_rate is 0.005 there and 0.001 here"),
        "\(other.output)")
      let never = try small.shoal("train", "small.yaml", "--resume", "never")
      #expect(never.status == 73)
      #expect(never.messages.count == 1, "\(never.output)")
      #expect(try small.contents(of: "runs/small/config.yaml") == before)
    }
  }

  @Test func aCheckpointOfAnotherModelIsRefused() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      let other = try small.shoal(
        "train", "small.yaml", "model.latents=48", "--run-dir", "other", "--resume",
        "runs/small/checkpoints/step-00000010.h5", ranks: 2)
      #expect(other.status == 78)
      #expect(other.output.contains("model.latents is 32 there and 48 here"), "\(other.output)")
      #expect(!small.exists("other/config.yaml"))
    }
  }

  @Test func aFileInPlaceOfTheRunFolderIsLeftAlone() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.write("precious", to: "taken")
      let run = try small.shoal("train", "small.yaml", "--run-dir", "taken", ranks: 2)
      #expect(run.status == 73)
      #expect(run.messages.count == 1 && run.output.contains("taken"), "\(run.output)")
      #expect(try small.contents(of: "taken") == Data("precious".utf8))
    }
  }

  @Test(arguments: [
    ("train-images-idx3-ubyte", Data([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2])),
    ("train-images-idx3-ubyte", Data([0, 0, 8, 1, 0, 0, 0, 9])),
  ])
  func damagedIDXFilesAreNamed(_ name: String, _ bytes: Data) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      for file in [
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
      ] { try small.write(bytes, to: file) }
      let run = try small.shoal("train", "small.yaml", "data.name=mnist", "data.path=.", ranks: 2)
      #expect(run.status == 65)
      #expect(run.messages.count == 1 && run.output.contains(name), "\(run.output)")
    }
  }

  @Test func aTruncatedPreparedFileIsNamed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("data", "prepare", "small.yaml", "--out", "data.h5")
      let whole = try small.contents(of: "data.h5")
      try small.write(whole.prefix(whole.count / 2), to: "data.h5")
      let run = try small.shoal("data", "info", "data.h5", ranks: 2)
      #expect(run.status == 65 || run.status == 74)
      #expect(run.messages.count == 1 && run.output.contains("data.h5"), "\(run.output)")
    }
  }

  @Test func metricsAndFoldersThatDoNotExistAreNamed() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      let missing = try small.shoal("evaluate", "runs/none")
      #expect(missing.status == 66)
      #expect(missing.messages == ["shoal: runs/none holds no checkpoint"])
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      let metric = try small.shoal("evaluate", "runs/small", "--metrics", "nelbo,mse_mab", ranks: 2)
      #expect(metric.status == 64)
      #expect(metric.messages == ["shoal: there is no metric mse_mab; did you mean mse_map?"])
    }
  }
}
