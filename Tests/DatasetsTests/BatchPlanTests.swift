import Testing

@testable import Datasets

struct BatchPlanTests {
  /// Samples, batch and shards in many proportions, also with remainders everywhere.
  static let sizes: [(samples: Int, batch: Int, shards: Int)] = {
    var sizes: [(samples: Int, batch: Int, shards: Int)] = [(107_520, 1000, 4), (60_000, 200, 7)]
    for samples in [1, 2, 5, 16, 17, 99, 100, 1344, 2689] {
      for batch in [1, 2, 3, 7, 16, 50, 99] where batch <= samples {
        for shards in [1, 2, 3, 4, 5, 16] where shards <= batch {
          sizes.append((samples, batch, shards))
        }
      }
    }
    return sizes
  }()

  @Test(arguments: sizes)
  func everyShardLastsForEveryStep(samples: Int, batch: Int, shards: Int) throws {
    let plan = try BatchPlan(samples: samples, batch: batch, shards: shards)
    #expect(plan.stepsPerEpoch == samples / batch)
    var place = 0
    var sample = 0
    for shard in 0..<shards {
      let share = plan.share(of: shard)
      #expect(share.lowerBound == place)
      #expect(share.count == batch / shards + (shard < batch % shards ? 1 : 0))
      place = share.upperBound
      let owned = plan.samples(of: shard)
      #expect(owned.lowerBound == sample)
      #expect(sample == samples * share.lowerBound / batch)
      #expect(owned.count / share.count >= plan.stepsPerEpoch)
      sample = owned.upperBound
    }
    #expect(place == batch)
    #expect(sample == samples)
  }

  @Test func rejectsWhatCannotBeCut() {
    expectFailure(of: "training.batch", "is 3, expected at least one sample for each of the 4") {
      _ = try BatchPlan(samples: 100, batch: 3, shards: 4)
    }
    expectFailure(of: "training.batch", "is 101, expected at most the 100 training samples") {
      _ = try BatchPlan(samples: 100, batch: 101, shards: 4)
    }
    expectFailure(of: "reduction.shards", "is 0") {
      _ = try BatchPlan(samples: 100, batch: 10, shards: 0)
    }
  }

  @Test func ranksOwnConsecutiveShards() throws {
    for shards in 1...17 {
      for ranks in 1...shards {
        let ownership = try ShardOwnership(shards: shards, ranks: ranks)
        var next = 0
        for rank in 0..<ranks {
          let owned = ownership.shards(of: rank)
          #expect(owned.lowerBound == next)
          #expect(owned.count == shards / ranks + (rank < shards % ranks ? 1 : 0))
          next = owned.upperBound
        }
        #expect(next == shards)
      }
    }
    expectFailure(of: "reduction.shards", "is 4, expected at least one for each of the 5 ranks") {
      _ = try ShardOwnership(shards: 4, ranks: 5)
    }
  }

  @Test func evaluationCoversEverySampleOnce() {
    for samples in [0, 1, 3, 100, 10_000, 28_224] {
      for shards in [1, 3, 4, 7] {
        let plan = EvaluationPlan(samples: samples, shards: shards, chunk: 250)
        var next = 0
        for shard in 0..<shards {
          #expect(plan.samples(of: shard).lowerBound == next)
          let chunks = plan.chunks(of: shard)
          for chunk in 0..<chunks {
            let range = plan.samples(ofChunk: chunk, of: shard)
            #expect(range.lowerBound == next)
            #expect(chunk == chunks - 1 ? (1...250).contains(range.count) : range.count == 250)
            next = range.upperBound
          }
          #expect(plan.samples(of: shard).upperBound == next)
        }
        #expect(next == samples)
      }
    }
  }
}
