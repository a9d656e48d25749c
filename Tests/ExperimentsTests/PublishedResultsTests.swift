import Testing

@testable import Experiments

@Suite struct PublishedResultsTests {
  @Test func everyLineOfTheTableIsARow() {
    #expect(PublishedResults.rows.count == 72)
    for row in PublishedResults.rows {
      for name in ["nelbo", "mse", "kl", "mse_map", "active_fraction"] {
        #expect(row.metrics[name] != nil, "\(row) has no \(name)")
      }
      let metrics = row.metrics
      let sum = (metrics["mse"]?.mean ?? 0) + (metrics["kl"]?.mean ?? 0)
      #expect(abs(sum - (metrics["nelbo"]?.mean ?? 0)) < 0.01, "\(row)")
    }
  }

  @Test func aRunFindsItsOwnRow() throws {
    let run = try ResolvedConfiguration(
      "data: {name: van-hateren}\ntraining: {method: mc}\n", source: "test"
    ).run
    let row = try #require(PublishedResults.row(of: run))
    #expect(row.metrics["nelbo"] == PublishedResults.Value(mean: 167.171, interval: 0.114))
    #expect(row.metrics["lifetime_sparsity"]?.mean == 0.7897)
    #expect(PublishedResults.comparable(to: run).count == 12)
  }

  @Test func otherSizesAndBetasHaveNoRow() throws {
    for change in ["model: {latents: 256}", "training: {beta: 0.5}", "data: {name: dead-leaves}"] {
      let yaml = change.hasPrefix("data") ? change : "data: {name: mnist}\n\(change)"
      let run = try ResolvedConfiguration(yaml + "\n", source: "test").run
      #expect(PublishedResults.row(of: run) == nil, "\(change)")
    }
  }
}
