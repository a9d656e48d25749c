import Foundation

extension ScalingPrediction {
  /// The prediction as a table for a terminal, and what follows from it.
  public var lines: [String] {
    let heading =
      " ranks shards  batch   step ms [   low,   high]   compute  waiting  network  speed-up"
      + "  efficiency"
    let table = prediction.rows.map { row in
      String(
        format: "%6d %6d %6d %9.3f [%6.3f, %6.3f] %9.3f %8.3f %8.3f %9.2f %9.1f %%", row.ranks,
        row.shards, row.batch, row.milliseconds, row.interval.lowerBound, row.interval.upperBound,
        row.compute, row.waiting, row.network, row.speedUp, 100 * row.efficiency)
    }
    return networkLines + [heading] + table + conclusions
  }

  private var networkLines: [String] {
    guard let networks else {
      return [
        "One rank: alpha and beta need at least two, so here communication costs nothing and "
          + "efficiencies are upper bounds. Start more ranks, or give --alpha and --beta."
      ]
    }
    let typical = networks.typical
    var lines = typical.distances.indices.map { index in
      let cost = typical.distances[index]
      let (low, high) = (networks.low.distances[index], networks.high.distances[index])
      return String(
        format: "rank r to r±%d: alpha %.2f us [%.2f, %.2f], beta %.2f GB/s", 1 << index,
        1000 * cost.latency, 1000 * low.latency, 1000 * high.latency, 1e-6 / cost.perByte)
    }
    lines.append(String(format: "adding: %.2f GB/s", 1e-6 / typical.perByteAdded))
    if measured != nil, isOneNode {
      lines.append(
        "All ranks are on one node: between nodes messages take longer; start ranks on two.")
    }
    return lines
  }

  private var conclusions: [String] {
    var lines: [String] = []
    if let check {
      lines.append(
        String(
          format: "%d ranks: predicted %.3f ms, measured %.3f ms on average [%.3f, %.3f]: %+.1f %%",
          check.row.ranks, check.row.milliseconds, check.steps.mean, check.steps.quantile(0.1),
          check.steps.quantile(0.9), 100 * check.deviation))
    }
    if let knee = prediction.knee {
      lines.append(
        "knee: \(knee.ranks) ranks, the most with at least half of the efficiency of one")
    }
    if let fastest = prediction.fastest {
      lines.append("shortest step: \(fastest.ranks) ranks; more make it longer or change the batch")
    }
    if let grown = prediction.rows.first(where: { $0.batch > plan.batch }) {
      lines.append(
        "From \(grown.ranks) ranks on the batch is larger than the \(plan.batch) samples of "
          + "training.batch, since each rank needs one; speed-up counts samples per second.")
    }
    return lines
  }

  /// The prediction for the ranks that measured, beside their own steps.
  private var check: (row: StepPrediction.Row, steps: ComputeTimes, deviation: Double)? {
    guard let measured, let row = prediction.rows.first(where: { $0.ranks == measured.ranks })
    else { return nil }
    return (row, measured.steps, row.milliseconds / measured.steps.mean - 1)
  }

  /// The results by name.
  public var fields: [(String, MetricValue)] {
    var fields: [(String, MetricValue)] = [
      ("tensors", .integer(plan.tensors)),
      ("bucket_lengths", .list(plan.bucketLengths.map(MetricValue.integer))),
      ("bytes_per_element", .integer(plan.bytesPerElement)),
      ("knee_ranks", prediction.knee.map { .integer($0.ranks) } ?? .null),
      ("fastest_ranks", prediction.fastest.map { .integer($0.ranks) } ?? .null),
    ]
    if let typical = networks?.typical {
      fields += [
        ("alpha_microseconds", .list(typical.distances.map { .number(1000 * $0.latency) })),
        (
          "beta_gigabytes_per_second",
          .list(typical.distances.map { .number(1e-6 / $0.perByte) })
        ),
        ("adding_gigabytes_per_second", .number(1e-6 / typical.perByteAdded)),
      ]
    }
    if let check {
      fields += [
        ("measured_ranks", .integer(check.row.ranks)),
        ("measured_milliseconds", .number(check.steps.mean)),
        ("predicted_over_measured", .number(1 + check.deviation)),
      ]
    }
    return fields + [("rows", .list(prediction.rows.map(object)))]
  }

  private func object(_ row: StepPrediction.Row) -> MetricValue {
    .object(
      [
        ("ranks", .integer(row.ranks)), ("shards", .integer(row.shards)),
        ("batch", .integer(row.batch)), ("milliseconds", .number(row.milliseconds)),
        ("low_milliseconds", .number(row.interval.lowerBound)),
        ("high_milliseconds", .number(row.interval.upperBound)),
        ("compute_milliseconds", .number(row.compute)),
        ("waiting_milliseconds", .number(row.waiting)),
        ("network_milliseconds", .number(row.network)),
        ("speed_up", .number(row.speedUp)), ("efficiency", .number(row.efficiency)),
      ] + distribution(row.ranks))
  }

  /// A rank's own times in such a form that others can draw from them.
  private func distribution(_ ranks: Int) -> [(String, MetricValue)] {
    guard let times = times[plan.largestShare(ranks: ranks)] else { return [] }
    let tail = times.tail
    return [
      ("own_milliseconds", .list(times.sorted.map(MetricValue.number))),
      ("own_tail_share", .number(tail.share)), ("own_tail_start", .number(tail.start)),
      ("own_tail_mean_excess", .number(tail.meanExcess)),
    ]
  }
}
