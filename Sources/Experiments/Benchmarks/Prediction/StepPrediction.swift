/// How long a step would take on numbers of ranks that are not there.
///
/// A step is the slowest rank's own part, the small agreement, and the gradient's reductions one after
/// another, each of which ends everywhere before the next begins; the passes over all parameters are in
/// the ranks' own part. Times of different ranks are taken as independent.
struct StepPrediction {
  /// What is predicted for a number of ranks.
  struct Row {
    let ranks: Int
    /// Number of shards, at least one a rank.
    let shards: Int
    /// Samples of the global batch, at least one a shard.
    let batch: Int
    /// A rank's own part on average.
    let compute: Double
    /// How much longer the slowest rank takes.
    let waiting: Double
    /// The reductions.
    let network: Double
    /// What eight of ten steps lie between.
    let interval: ClosedRange<Double>
    /// Samples per second over those of one rank.
    let speedUp: Double

    var milliseconds: Double { compute + waiting + network }
    /// The speed-up's share of the number of ranks.
    var efficiency: Double { speedUp / Double(ranks) }
  }

  /// A network as it was in the best tenth of its measurements, in the middle, and in the worst tenth.
  struct Networks {
    let low: NetworkModel
    let typical: NetworkModel
    let high: NetworkModel
  }

  /// One row for each number of ranks, in the given order.
  let rows: [Row]

  /// Predicts.
  ///
  /// - Parameters:
  ///   - plan: The step.
  ///   - ranks: Numbers of ranks, of which the first is 1.
  ///   - times: What was measured of each share that occurs.
  ///   - networks: The network; `nil` for one that costs nothing.
  init(_ plan: StepPlan, ranks: [Int], times: [StepPlan.Share: ComputeTimes], _ networks: Networks?)
  {
    precondition(ranks.first == 1, "\(ranks)")
    var rows: [Row] = []
    for count in ranks {
      guard let own = times[plan.largestShare(ranks: count)] else {
        preconditionFailure("no times of \(plan.largestShare(ranks: count))")
      }
      let slowest = own.expectedMaximum(of: count)
      func network(_ model: NetworkModel?) -> Double {
        model.map { plan.reductions(ranks: count, $0) } ?? 0
      }
      let low = own.maximumQuantile(0.1, of: count) + network(networks?.low)
      let high = own.maximumQuantile(0.9, of: count) + network(networks?.high)
      let typical = network(networks?.typical)
      let batch = plan.batch(ranks: count)
      let rate = Double(batch) / (slowest + typical)
      let first = rows.first.map { Double($0.batch) / $0.milliseconds } ?? rate
      rows.append(
        Row(
          ranks: count, shards: plan.shards(ranks: count), batch: batch, compute: own.mean,
          waiting: slowest - own.mean, network: typical, interval: low...max(low, high),
          speedUp: rate / first))
    }
    self.rows = rows
  }

  /// The largest number of ranks of which at least half is worth it; from there on most of the added
  /// ranks wait.
  var knee: Row? { rows.last { $0.efficiency >= 0.5 } }

  /// The number of ranks whose step is the shortest, of those that leave the batch as it is.
  var fastest: Row? {
    rows.filter { $0.batch == rows[0].batch }.min { $0.milliseconds < $1.milliseconds }
  }
}
