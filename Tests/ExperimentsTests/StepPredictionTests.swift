import Datasets
import Testing

@testable import Experiments

/// Steps on numbers of ranks that are not there.
struct StepPredictionTests {
  private static let ranks = (0...12).map { 1 << $0 }
  private let plan = StepPlan(
    batch: 1000, shards: 4, tensors: 3, bucketLengths: [65536, 512], bytesPerElement: 8)

  /// Times in proportion to the samples, which vary by a factor.
  private func times(_ plan: StepPlan, varying factors: [Double] = [1]) -> [StepPlan.Share:
    ComputeTimes]
  {
    var times: [StepPlan.Share: ComputeTimes] = [:]
    for ranks in StepPredictionTests.ranks + [3] {
      let share = plan.largestShare(ranks: ranks)
      times[share] = ComputeTimes(factors.map { $0 * Double(share.samples) })
    }
    return times
  }

  private func networks(latency: Double, perByte: Double) -> StepPrediction.Networks {
    let model = NetworkModel(
      distances: [MessageCost(latency: latency, perByte: perByte)], perByteAdded: 0)
    return StepPrediction.Networks(low: model, typical: model, high: model)
  }

  @Test func sharesAreThoseThatTrainingDeals() throws {
    for shards in [1, 4, 6, 100] {
      let plan = StepPlan(
        batch: 1000, shards: shards, tensors: 1, bucketLengths: [1], bytesPerElement: 8)
      for ranks in [1, 2, 3, 5, 64, 1000] {
        let needed = plan.shards(ranks: ranks)
        let batches = try BatchPlan(samples: 1000, batch: 1000, shards: needed)
        let own = try ShardOwnership(shards: needed, ranks: ranks).shards(of: 0)
        let share = plan.largestShare(ranks: ranks)
        #expect(share.shards == own.count)
        #expect(share.samples == own.reduce(0) { $0 + batches.share(of: $1).count })
      }
    }
    #expect(plan.largestShare(ranks: 4096) == StepPlan.Share(shards: 1, samples: 1))
    #expect(plan.batch(ranks: 1000) == 1000 && plan.batch(ranks: 4096) == 4096)
  }

  @Test func oneRankTakesWhatWasMeasured() {
    let prediction = StepPrediction(
      plan, ranks: [1, 2], times: times(plan, varying: [0.9, 1, 1.1]),
      networks(latency: 1, perByte: 1))
    let row = prediction.rows[0]
    #expect(abs(row.milliseconds - 1000) < 1e-9 && row.network == 0)
    #expect(row.speedUp == 1 && row.efficiency == 1)
  }

  @Test func withoutNetworkAndNoiseOnlyShardsLimitEfficiency() {
    let ranks = [1, 2, 3, 4, 16]
    let prediction = StepPrediction(plan, ranks: ranks, times: times(plan), nil)
    // Three ranks have four shards, so one of them has two; sixteen have shards of 62 or 63 samples.
    let expected = [1, 1, 2.0 / 3, 1, 1000.0 / 16 / 63]
    for (row, efficiency) in zip(prediction.rows, expected) {
      #expect(abs(row.efficiency - efficiency) < 1e-9, "\(row.ranks) ranks")
    }
    #expect(prediction.rows.count == 5)
    #expect(prediction.knee?.ranks == 16 && prediction.fastest?.ranks == 16)
  }

  @Test func noiseMakesManyRanksWait() {
    let prediction = StepPrediction(
      plan, ranks: StepPredictionTests.ranks,
      times: times(plan, varying: (0..<100).map { 0.9 + 0.002 * Double($0) }), nil)
    #expect(prediction.rows[0].waiting == 0)
    for (row, next) in zip(prediction.rows, prediction.rows.dropFirst()) where next.ranks <= 4 {
      #expect(next.waiting / next.compute > row.waiting / row.compute)
    }
    #expect(prediction.rows[1].efficiency < 1)
  }

  @Test func theNetworkSetsTheKneeAndTheShortestStep() {
    func prediction(_ latency: Double, _ perByte: Double) -> StepPrediction {
      StepPrediction(
        plan, ranks: StepPredictionTests.ranks, times: times(plan),
        networks(latency: latency, perByte: perByte))
    }
    let fast = prediction(0.01, 1e-6)
    for (slow, name) in [(prediction(1, 1e-6), "latency"), (prediction(0.01, 1e-4), "bandwidth")] {
      for (row, slower) in zip(fast.rows, slow.rows).dropFirst() {
        #expect(slower.milliseconds > row.milliseconds, "\(name) on \(row.ranks) ranks")
      }
      #expect((slow.knee?.ranks ?? 0) < (fast.knee?.ranks ?? 0), "\(name)")
      #expect((slow.fastest?.ranks ?? 0) <= (fast.fastest?.ranks ?? 0), "\(name)")
    }
    // About 1000/R + 6·log₂R at a latency of 1: 62 on 32 ranks, half of which are worth it, and 52 on 64.
    #expect(prediction(1, 0).knee?.ranks == 32)
    #expect(prediction(1, 0).fastest?.ranks == 128)
  }

  @Test func theIntervalHoldsThePrediction() {
    let low = networks(latency: 0.5, perByte: 1e-6).typical
    let high = networks(latency: 2, perByte: 1e-6).typical
    let middle = networks(latency: 1, perByte: 1e-6).typical
    let prediction = StepPrediction(
      plan, ranks: StepPredictionTests.ranks,
      times: times(plan, varying: (0..<100).map { 0.9 + 0.002 * Double($0) }),
      StepPrediction.Networks(low: low, typical: middle, high: high))
    for row in prediction.rows { #expect(row.interval.contains(row.milliseconds)) }
  }
}
