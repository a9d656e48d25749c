import AllocationCounter
import DataParallel
import Datasets
import Evaluation
import Experiments
import Layers
import MPI
import Models
import Tensors
import Training

let trainingChecks = [
  Check("trainingIsTheSameOnOneRank") { world in
    for method in ["mc", "exact", "st"] {
      let together = try trainTogetherAndAlone(["training.method=\(method)"], steps: 11, world)
      try expect(together.progress.eventLimit < EventLimit.initial, "no epoch has ended")
    }
  },
  Check("everyFamilyTrainsTheSameOnOneRank") { world in
    let families: [[String]] = [
      ["model.family=gaussian"], ["model.family=gaussian", "training.method=exact"],
      ["model.family=laplace", "model.prior.trainable=true"],
      ["model.family=laplace", "training.method=exact"],
      ["model.family=gaussian", "model.latent_function=exp"],
      ["model.family=categorical", "model.categories=30", "model.latents=2"],
      [
        "model.family=categorical", "model.categories=30", "model.latents=1",
        "training.method=exact",
      ],
      ["model.family=categorical", "model.prior.trainable=true", "training.method=st"],
    ]
    for overrides in families { _ = try trainTogetherAndAlone(overrides, steps: 6, world) }
  },
  Check("dictionariesAreLearnedTheSameOnOneRank") { world in
    for family in ["lca", "ista", "fista"] {
      _ = try trainTogetherAndAlone(
        ["model.family=\(family)", "model.sparse_coding.iterations=20"], steps: 6, world)
    }
  },
  Check("theNormOfADictionarysGradientIsWithoutTheUsage") { world in
    for mode in ["exact", "fast"] {
      let trainer = try SmallTraining([
        "model.family=lca", "model.sparse_coding.iterations=20", "reduction.mode=\(mode)",
      ]).trainer(on: world)
      let norm = try trainer.step().report.gradientNorm
      func squares(_ name: String) -> Double {
        let entries = trainer.layout.entries.filter { $0.name == name }
        return entries.reduce(0) { $0 + sumOfSquares(trainer.pass[$1].gradient) }
      }
      try expectClose(norm, squares(SparseCoder.dictionaryName).squareRoot())
      try expect(squares(SparseCoder.usageName) > 1, "no element was used")
    }
  },
  Check("everyNetworkTrainsTheSameOnOneRank") { world in
    for (encoder, decoder) in [("mlp", "mlp+b"), ("conv+b", "linear+b"), ("conv", "conv+b")] {
      // Dropout is part of all three.
      _ = try trainTogetherAndAlone(
        ["model.encoder=\(encoder)", "model.decoder=\(decoder)", "training.batch=9"], side: 16,
        steps: 2, world)
    }
  },
  Check("sumsAreTheSameHoweverTheyAreMade") { world in
    let models: [[String]] = [
      ["training.method=mc"], ["training.method=exact"], ["model.family=gaussian"],
      [
        "model.family=categorical", "model.categories=30", "model.latents=1",
        "training.method=exact",
      ],
      ["model.family=lca", "model.sparse_coding.iterations=5"],
      ["model.encoder=conv+b", "model.decoder=conv", "training.batch=9"],
    ]
    for overrides in models {
      let side = overrides[0].contains("conv") ? 16 : nil
      let reductions = [
        ["reduction.shared_memory=true"],
        ["reduction.shared_memory=false", "reduction.overlap=true"],
        ["reduction.shared_memory=false", "reduction.overlap=false"],
      ]
      let trainers = try reductions.map {
        try SmallTraining(overrides + $0, side: side).trainer(on: world)
      }
      for _ in 0..<4 {
        let reports = try trainers.map { try $0.step().report }
        try expect(reports.allSatisfy { $0 == reports[0] }, "\(reports)")
      }
      for trainer in trainers { try expectEqual(trainer.bits, trainers[0].bits) }
    }
  },
  Check("sumsAreRightHoweverGradientsChange") { world in
    for sharesMemory in [true, false] {
      var layout = ParameterLayout()
      layout.add("one/weight", shape: [300, 301])
      layout.add("two/weight", shape: [7])
      let shards = 4
      let ownership = try ShardOwnership(shards: shards, ranks: world.size)
      let reduction = try GradientReduction(
        layout: layout, shards: (0..<world.size).map { ownership.shards(of: $0).count },
        mode: .exact, sharesMemory: sharesMemory, on: world)
      try expectEqual(reduction.exchangesSums, world.size > 1 && !sharesMemory)
      let agreement = StepAgreement(magnitudes: 2, shards: shards, termsPerShard: 1)
      // Integers times a power of two, whose sums are floats.
      func value(_ shard: Int, _ i: Int) -> Float { Float((i * 7 + shard * 13) % 1001 - 500) }
      var magnitudes: [UInt32] = []
      // From one step to the next: within what a scale allows, beyond it in both directions,
      // nothing at all.
      for power in [0, 7, -4, 30, -30, 9, -60, 60] {
        for isZero in [false, power == 9] {
          let factor = isZero ? 0 : Float(sign: .plus, exponent: power, significand: 1)
          reduction.begin(after: magnitudes)
          for (gradient, shard) in zip(reduction.gradients, ownership.shards(of: world.rank)) {
            for entry in layout.entries {
              for i in entry.range { gradient.elements[i] = factor * value(shard, i) }
            }
          }
          reduction.gradientsAreComplete(from: layout.entries[1].range.lowerBound)
          agreement.clear()
          try reduction.report(to: agreement)
          try agreement.agree(on: world)
          let squares = try reduction.reduce(agreement)
          magnitudes = (0..<2).map(agreement.magnitude)
          var expectedSquares = 0.0
          for i in layout.entries.flatMap(\.range) {
            let expected = factor * (0..<shards).reduce(0) { $0 + value($1, i) }
            let found = reduction.sum.elements[i]
            try expect(found == expected, "\(found) is not \(expected)")
            expectedSquares += Double(expected) * Double(expected)
          }
          try expectClose(squares, expectedSquares)
        }
      }
    }
  },
  Check("fastTrainingIsRepeatable") { world in
    let settings = try SmallTraining(["reduction.mode=fast"])
    let first = try settings.trainer(on: world)
    let second = try settings.trainer(on: world)
    let exact = try SmallTraining().trainer(on: world)
    for _ in 0..<7 {
      let reports = (try first.step().report, try second.step().report, try exact.step().report)
      try expectEqual(reports.0, reports.1)
      // Floats of 24 bits, added in another order, and what that makes of a few steps.
      try expectClose(reports.0.gradientNorm, reports.2.gradientNorm)
      try expectClose(reports.0.loss, reports.2.loss)
    }
    try expectEqual(first.bits, second.bits)
  },
  Check("aRestoredTrainerContinues") { world in
    let settings = try SmallTraining()
    let whole = try settings.trainer(on: world)
    for _ in 0..<6 { _ = try whole.step() }
    let restored = try settings.trainer(on: world)
    restored.copyState(of: whole)
    for _ in 0..<5 {
      let reports = (try whole.step().report, try restored.step().report)
      try expectEqual(reports.0, reports.1)
    }
    try expectEqual(whole.bits, restored.bits)
  },
  Check("evaluationIsTheSameOnOneRank") { world in
    let settings = try SmallTraining()
    let trainer = try settings.trainer(on: world)
    for _ in 0..<3 { _ = try trainer.step() }
    let together = try settings.evaluator(trainer.model, on: world)
      .evaluate(trainer.model, trainer.pass, step: 3, eventLimit: 40)
    let group = try world.split(color: world.rank, key: 0)
    let alone = try settings.evaluator(trainer.model, on: group)
      .evaluate(trainer.model, trainer.pass, step: 3, eventLimit: 40)
    try group.close()
    try expectEqual(together, alone)
    try expect(together.nelbo == together.mse + together.kl && together.mse > 0)
  },
  Check("whatIsNotFiniteIsNamedOnEveryRank") { world in
    let settings = try SmallTraining()
    let trainer = try settings.trainer(on: world, poisoned: 77)
    let error = try expectThrows(TrainingError.self) {
      for _ in 0..<5 { _ = try trainer.step() }
    }
    let names = try world.allGather("\(error)")
    try expectEqual(Set(names).count, 1)
    try expect(names[0].contains("encoder/weight"), names[0])
    try expect(trainer.parameters.elements.allSatisfy { $0.isFinite }, "parameters were spoilt")
  },
  Check("aFlippedBitIsNamedByRankAndTensor") { world in
    if world.size == 1 { return }
    for flip in Flip.allCases {
      let settings = try SmallTraining(["reduction.verify_interval=3"])
      let trainer = try settings.trainer(on: world)
      for _ in 0..<2 { _ = try trainer.step() }
      if world.rank == world.size - 1 { flip.apply(to: trainer) }
      let error = try expectThrows(TrainingError.self) {
        // The next update would carry a changed moment on to the parameters.
        if flip == .moment { try trainer.verifyReplicas() } else { _ = try trainer.step() }
      }
      guard case .replicasDiffer(let reason, _) = error else { throw error }
      let name = world.size == 2 ? "from one another" : "rank \(world.size - 1) differs"
      try expect(reason.contains(name) && reason.contains("\(flip.rawValue)"), reason)
    }
  },
  Check("requestsReachEveryRank") { world in
    let trainer = try SmallTraining().trainer(on: world)
    let granted = try trainer.step(request: world.rank == world.size - 1 ? 2 : 0).request
    try expectEqual(granted, 2)
    try expectEqual(try trainer.step().request, 0)
  },
  Check("moreRanksThanShardsAreRefused") { world in
    let settings = try SmallTraining(["reduction.shards=\(max(1, world.size - 1))"])
    if world.size == 1 { return }
    try expectThrows(DatasetError.self) { _ = try settings.trainer(on: world) }
  },
  Check("stepsAllocateNothingAfterTheFirst") { world in
    #if DEBUG
    print("skipped: only optimised code is free of allocations")
    #else
    let models: [[String]] = [
      ["training.method=mc"], ["training.method=exact"], ["training.method=st"],
      ["model.family=gaussian"], ["model.family=laplace", "training.method=exact"],
      ["model.family=categorical"], ["model.family=lca", "model.sparse_coding.iterations=5"],
      ["model.family=fista", "model.sparse_coding.iterations=5"],
    ]
    let library = ProductLibrary.current
    defer { ProductLibrary.current = library }
    for overrides in models {
      let trainer = try SmallTraining(overrides + ["training.batch=64"]).alone(world)
      func allocations(by library: ProductLibrary) throws -> Int {
        ProductLibrary.current = library
        for _ in 0..<4 { _ = try trainer.step() }
        let before = allocation_count()
        for _ in 0..<8 { _ = try trainer.step() }
        return allocation_count() - before
      }
      try expectEqual(allocations(by: .openblas), 0)
      // oneDNN takes memory for packed factors in each product, and gives it back.
      let first = try allocations(by: .onednn)
      try expectEqual(allocations(by: .onednn), first)
    }
    #endif
  },
  Check("convolutionalStepsAllocateTheSameEachTime") { world in
    // oneDNN takes memory in each convolution too, and gives it back.
    let trainer = try SmallTraining(
      ["model.encoder=conv+b", "model.decoder=conv+b", "training.batch=8"], side: 16
    ).alone(world)
    func allocations() throws -> Int {
      let before = allocation_count()
      for _ in 0..<2 { _ = try trainer.step() }
      return allocation_count() - before
    }
    for _ in 0..<2 { _ = try trainer.step() }
    let first = try allocations()
    try expectEqual(try allocations(), first)
  },
]

/// A training small enough to be repeated, whose batch does not divide evenly by its shards.
private struct SmallTraining {
  let run: RunConfiguration
  let height: Int
  let width: Int
  let samples = 250
  let heldOut = 90

  init(_ overrides: [String] = [], side: Int? = nil) throws {
    height = side ?? 4
    width = side ?? 6
    let small = [
      "model.latents=70", "training.batch=50", "training.epochs=4", "reduction.shards=4",
      "training.learning_rate_schedule.warm_up_epochs=0",
    ]
    let isSparseCoding = overrides.contains { $0.hasSuffix("=lca") || $0.hasSuffix("ista") }
    let beta = isSparseCoding ? [] : ["training.beta_schedule.start=0.5"]
    run = try ResolvedConfiguration("", source: "defaults", overrides: small + beta + overrides)
      .run
  }

  private var pixels: Int { height * width }

  func trainer(on world: Communicator, poisoned: Int? = nil) throws -> Trainer {
    let setup = Trainer.Setup(
      model: run.model, training: run.training, reduction: run.reduction, seed: 3, height: height,
      width: width, samples: samples, evaluationChunk: 50)
    return try Trainer(setup, on: world) { rows, values in
      fill(rows, values, place: 0)
      if let poisoned, rows.contains(poisoned) {
        values[(poisoned - rows.lowerBound) * pixels + 5] = .nan
      }
    }
  }

  /// A trainer on this rank alone; a collective call.
  func alone(_ world: Communicator) throws -> Trainer {
    try trainer(on: try world.split(color: world.rank, key: 0))
  }

  func evaluator(_ model: any ImageModel, on world: Communicator) throws -> Evaluator {
    let plan = EvaluationPlan(samples: heldOut, shards: 4, chunk: 16)
    return try Evaluator(model, counts: run.model.evaluationCounts, seed: 3, plan: plan, on: world)
    {
      fill($0, $1, place: 1)
    }
  }

  private func fill(_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Float>, place: Int) {
    for (index, row) in rows.enumerated() {
      var stream = RandomStream(seed: 1, purpose: .synthesis, row, place)
      for pixel in 0..<pixels { values[index * pixels + pixel] = Float(stream.normal()) }
    }
  }
}

/// A single bit of one rank's memory.
private enum Flip: String, CaseIterable {
  case parameters = "parameters of decoder/weight"
  case moment = "first_moment of decoder/weight"

  /// Flips the lowest bit of the last weight, or of its moment: the update then carries it on.
  func apply(to trainer: Trainer) {
    guard let range = trainer.layout.entries.first(where: { $0.name == "decoder/weight" })?.range
    else { return }
    let vector = self == .parameters ? trainer.parameters : trainer.optimizer.moments[0].values
    let value = vector.elements[range.upperBound - 1]
    vector.elements[range.upperBound - 1] = Float(bitPattern: value.bitPattern ^ 1 << 20)
  }
}

/// Trains on all ranks together and on each alone, and throws where a bit differs.
///
/// - Returns: What trained together.
private func trainTogetherAndAlone(
  _ overrides: [String], side: Int? = nil, steps: Int, _ world: Communicator
) throws -> Trainer {
  let settings = try SmallTraining(overrides, side: side)
  let together = try settings.trainer(on: world)
  let alone = try settings.alone(world)
  let start = together.bits
  for _ in 0..<steps {
    let reports = (try together.step().report, try alone.step().report)
    try expectEqual(reports.0, reports.1)
  }
  try expectEqual(together.bits, alone.bits)
  try expectEqual(together.progress, alone.progress)
  try expect(together.bits != start, "nothing was learned")
  return together
}

/// Throws where two numbers differ by more than 10⁻⁴ of either.
private func expectClose(_ found: Double, _ expected: Double) throws {
  try expect(abs(found - expected) <= 1e-4 * abs(expected), "found \(found), expected \(expected)")
}

extension Trainer {
  /// The parameters' bits.
  fileprivate var bits: [UInt32] { parameters.elements.map(\.bitPattern) }

  fileprivate func copyState(of other: Trainer) {
    for i in parameters.elements.indices {
      parameters.elements[i] = other.parameters.elements[i]
      for (own, others) in zip(optimizer.moments, other.optimizer.moments) {
        own.values.elements[i] = others.values.elements[i]
      }
    }
    resume(other.progress)
  }
}
