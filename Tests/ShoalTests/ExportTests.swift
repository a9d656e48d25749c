import Foundation
import TestSupport
import Testing

/// Parameters that leave the program for others.
@Suite(.serialized) struct ExportTests {
  /// The example that users find in the documentation of `Exchange`.
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Exchange/Exchange.docc/Resources/evaluate_export.py")

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func arraysAreThoseOfTheCheckpoint() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "--quiet")
      let checkpoint = "runs/small/checkpoints/step-00000050.h5"
      for (path, name, ranks) in [
        ("runs/small", "a.npz", nil), ("runs/small", "a.safetensors", 2),
        (checkpoint, "b.npz", 3), (checkpoint, "b.safetensors", nil),
      ] {
        let export = try small.shoal("export", path, "--out", name, ranks: ranks)
        #expect(export.status == 0, "\(export.output)")
        #expect(export.output == "\(name): 3 arrays, 16416 numbers, of \(checkpoint)\n")
      }
      #expect(try small.contents(of: "a.npz") == small.contents(of: "b.npz"))
      #expect(try small.contents(of: "a.safetensors") == small.contents(of: "b.safetensors"))
      let script = """

        with h5py.File(sys.argv[3]) as file:
          wanted, digest = {}, hashlib.sha256()
          def add(name, x):
            if isinstance(x, h5py.Dataset): wanted[name] = x[:]
          file['parameters'].visititems(add)
          attributes = dict(file.attrs)
          limit = file['statistics/event_limit'][0]
        for path in sys.argv[1:3]:
          arrays, texts = load(path)
          assert {name.replace('/', '.') for name in wanted} == set(arrays), arrays.keys()
          for name, x in wanted.items():
            found = arrays[name.replace('/', '.')]
            assert found.dtype == x.dtype and found.shape == x.shape, name
            assert found.tobytes() == x.tobytes(), name
          for name in ['step', 'epoch', 'seed', 'configuration', 'shoal_version']:
            assert texts[name] == str(attributes[name]), name
          assert texts['parameters_sha256'] == sys.argv[4]
          assert float(texts['event_limit']) == limit
        """
      let digest = try small.digest("runs/small")
      #expect(digest.count == 64)
      _ = try Python.run(
        "import hashlib\n" + functions() + script,
        arguments: ["a.npz", "a.safetensors", checkpoint].map { "\(folder)/\($0)" } + [digest])
    }
  }

  /// Each family, network and latent function at least once, beside the settings that evaluation
  /// reads.
  private static let models: [[String]] = [
    many + ["model.evaluation_counts=truncated"],
    many + ["model.evaluation_counts=exact", "seed=4000000000"],
    many + ["model.excitation_only=true", "model.rate_clamp=1"],
    [
      "model.family=gaussian", "model.encoder=linear+b", "model.decoder=linear+b",
      "model.latent_function=relu", "model.prior.trainable=true", "model.latents=80",
    ],
    [
      "model.family=laplace", "model.encoder=mlp", "model.decoder=mlp+b",
      "model.prior.trainable=true", "model.latents=80", "model.scale_clamp=2",
    ],
    [
      "model.family=categorical", "model.encoder=mlp+b", "model.decoder=mlp", "model.latents=5",
      "model.categories=20", "model.prior.trainable=true",
    ],
    ["model.family=categorical", "model.categories=20", "model.prior.trainable=false"],
    ["model.encoder=conv", "model.decoder=conv+b"] + few,
    [
      "model.family=gaussian", "model.encoder=conv+b", "model.decoder=conv",
      "model.latent_function=sigmoid",
    ] + few + digits,
    ["model.family=gaussian", "model.latent_function=softplus", "model.scale_clamp=1.5"],
    ["model.family=laplace", "model.latent_function=square", "model.prior.trainable=false"],
    ["model.family=gaussian", "model.latent_function=quartic"] + few,
    ["model.family=gaussian", "model.latent_function=exp", "model.scale_clamp=0.5"] + few,
  ]
  /// More than one block of 64 latents, with several spikes each.
  private static let many = [
    "model.latents=80", "model.prior.distribution=constant", "model.prior.clamp=1",
  ]
  private static let few = ["training.steps=6", "training.batch=8"]
  private static let digits = ["data.name=mnist", "data.path=digits"]

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"), arguments: models)
  func theExampleComputesTheNELBOOfEvaluate(_ words: [String]) throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      try small.writeDigits()
      let train = try ProgramRun("shoal", ["train", "small.yaml", "--quiet"] + words, in: folder)
      #expect(train.status == 0, "\(train.output)")
      let name = words.count % 2 == 0 ? "a.npz" : "a.safetensors"
      _ = try small.shoal("export", "runs/small", "--out", name, ranks: 2)
      _ = try small.shoal("evaluate", "runs/small", "--json", "shoal.json")
      let text = try Python.run(
        String(contentsOf: ExportTests.example, encoding: .utf8),
        arguments: ["\(folder)/\(name)", prepared(in: folder)])
      let found = try numbers(Data(text.utf8))
      let expected = try numbers(small.contents(of: "shoal.json"))
      #expect(Set(found.keys) == ["nelbo", "mse", "kl", "mse_map"])
      for (name, value) in found {
        let wanted = try #require(expected[name])
        // Single precision here, double there: 10⁻⁷ or less, and more of a fourth power. One spike
        // more or less would be 10⁻⁵ of the error.
        let tolerance = words.contains("model.latent_function=quartic") ? 1e-5 : 1e-6
        #expect(abs(value - wanted) < tolerance * wanted, "\(name): \(value) for \(wanted)")
      }
    }
  }

  @Test(.enabled(if: Python.withH5py != nil, "no python3 with h5py"))
  func theExampleSaysWhatItDoesNotKnow() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      _ = try small.shoal("export", "runs/small", "--out", "a.npz")
      let script = """

        path, prepared = sys.argv[1:]
        arrays, texts = load(path)
        def attempt(changed, old='', new=''):
          global load
          words = dict(texts, configuration=texts['configuration'].replace(old, new))
          load = lambda _: (changed, words)
          try: return evaluate(path, prepared)
          except SystemExit as error: return str(error)
        whole = dict(arrays)
        assert attempt(whole)['nelbo'] > 0
        for found, expected in [
          (attempt(whole, 'family: poisson', 'family: student'),
           'model.family is student, expected one of poisson, gaussian, laplace, categorical'),
          (attempt(whole, 'encoder: linear', 'encoder: attention'),
           'model.encoder is attention, expected one of linear, mlp, conv, linear+b'),
          (attempt(whole, 'rate_clamp', 'clamp_of_rates'), 'has no model.rate_clamp'),
          (attempt(whole | {'decoder.gain': arrays['decoder.weight']}),
           'unknown parameters decoder.gain'),
          (attempt({name: x for name, x in arrays.items() if name != 'latent.log_prior'}),
           'there is no parameter latent.log_prior'),
        ]:
          assert path in str(found) and expected in str(found), found
        """
      _ = try Python.run(
        functions() + script, arguments: ["\(folder)/a.npz", prepared(in: folder)])
    }
  }

  @Test func whatCannotBeWrittenIsSaid() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=10", "--quiet")
      for name in ["a.pt", "npz", "a.npz.gz", ""] {
        let run = try small.shoal("export", "runs/small", "--out", name, ranks: 2)
        #expect(run.status == 64, "\(run.output)")
        #expect(run.output.contains("'\(name)', expected a name in .safetensors or .npz"))
      }
      for format in ["npz", "safetensors"] {
        let run = try small.shoal("export", "runs/small", "--out", "no/a.\(format)", ranks: 2)
        #expect(run.status == 73, "\(run.output)")
        #expect(run.messages.count == 1)
        #expect(run.output.contains("shoal: no/a.\(format): cannot be written"))
        #expect(run.output.contains("No such file or directory"))
        let absent = try small.shoal("export", "nowhere", "--out", "a.\(format)")
        #expect(absent.status == 66, "\(absent.output)")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
          == ["runs", "small.yaml"])
    }
  }

  @Test func aDamagedCheckpointIsNotExported() throws {
    try withTemporaryFolder { folder in
      let small = try SmallRun(folder)
      _ = try small.shoal("train", "small.yaml", "training.steps=20", "--quiet")
      let path = "runs/small/checkpoints/step-00000020.h5"
      var bytes = try small.contents(of: path)
      let parameters = try #require(bytes.range(of: firstBytes(of: small)))
      bytes[parameters.lowerBound] ^= 1
      try small.write(bytes, to: path)
      let damaged = try small.shoal("export", path, "--out", "a.npz", ranks: 2)
      #expect(damaged.status == 65, "\(damaged.output)")
      #expect(damaged.messages.count == 1)
      #expect(damaged.output.contains("\(path): damaged"), "\(damaged.output)")
      #expect(!small.exists("a.npz"))
      // Of a run, the newest whole one is taken.
      let older = try small.shoal("export", "runs/small", "--out", "a.npz", ranks: 2)
      #expect(older.status == 0, "\(older.output)")
      #expect(older.output.contains("warning: passed over"), "\(older.output)")
      #expect(older.output.contains("of runs/small/checkpoints/step-00000010.h5"))
    }
  }

  /// The first elements of the encoder, by which they are found in the checkpoint.
  private func firstBytes(of small: SmallRun) throws -> Data {
    _ = try small.shoal("export", "runs/small", "--out", "sound.safetensors")
    let bytes = try small.contents(of: "sound.safetensors")
    let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return bytes.dropFirst(8 + header).prefix(64)
  }

  /// The example without its last lines, so that a script can call its functions.
  private func functions() throws -> String {
    let text = try String(contentsOf: ExportTests.example, encoding: .utf8)
    let main = try #require(text.range(of: "if __name__"))
    return String(text[..<main.lowerBound])
  }

  /// The only prepared data set.
  private func prepared(in folder: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs/prepared")
    return "\(folder)/runs/prepared/\(try #require(names.first { $0.hasSuffix(".h5") }))"
  }

  private func numbers(_ data: Data) throws -> [String: Double] {
    try JSONSerialization.jsonObject(with: data) as? [String: Double] ?? [:]
  }
}
